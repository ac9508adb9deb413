//! The workbench's words, loaded as one file.

import common from './en/common.json';
import oversee from './en/oversee.json';
import people from './en/people.json';
import voice from './en/voice.json';

export const words = { common, people, voice, oversee };
