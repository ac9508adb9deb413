//! Starts the customer portal in the customer's language and edition.

import './portal.css';
import { createRoot } from 'react-dom/client';
import { portalWords } from '../i18n/portal.ts';
import { startTranslation } from '../i18n/start.ts';
import { preferredLanguage } from '../lib/language.ts';
import { App } from './app.tsx';
import { applyLook } from './edition.ts';

applyLook();
await startTranslation(preferredLanguage(), portalWords);
const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
