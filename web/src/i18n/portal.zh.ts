//! The portal's words, loaded as one file.

import portal from './zh/portal.json';

export const words = { portal };
