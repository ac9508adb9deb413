//! The workbench's words, loaded as one file.

import common from './en/common.json';
import operations from './en/operations.json';
import oversee from './en/oversee.json';
import people from './en/people.json';
import voice from './en/voice.json';

export const words = { common, people, voice, operations, oversee };
