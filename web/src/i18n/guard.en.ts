//! The guard's words, loaded with the first of its pages.

import guard from './en/guard.json';
import proof from './en/proof.json';

export const words = { guard, proof };
