//! The workbench's words, loaded as one file.

import common from './zh/common.json';
import operations from './zh/operations.json';
import oversee from './zh/oversee.json';
import people from './zh/people.json';
import voice from './zh/voice.json';

export const words = { common, people, voice, operations, oversee };
