//! The guard's words, loaded with the first of its pages.

import guard from './zh/guard.json';
import proof from './zh/proof.json';

export const words = { guard, proof };
