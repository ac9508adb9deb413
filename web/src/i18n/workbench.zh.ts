//! The workbench's words that everybody needs, loaded as one file.

import common from './zh/common.json';
import oversee from './zh/oversee.json';
import people from './zh/people.json';
import voice from './zh/voice.json';

export const words = { common, people, voice, oversee };
