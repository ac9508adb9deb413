//! The portal's words, loaded as one file.

import portal from './en/portal.json';

export const words = { portal };
