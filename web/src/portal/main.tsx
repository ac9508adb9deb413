//! Starts the customer portal in the customer's language.

import { portalWords } from '../i18n/portal.ts';
import { startTranslation } from '../i18n/start.ts';
import { preferredLanguage } from '../lib/language.ts';

await startTranslation(preferredLanguage(), portalWords);
