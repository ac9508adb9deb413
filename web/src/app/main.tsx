//! Starts the workbench in the staff member's language.

import '../ui/base.css';
import { createRoot } from 'react-dom/client';
import { loadSession, watchSession } from '../api/session.ts';
import { startTranslation } from '../i18n/start.ts';
import { workbenchWords } from '../i18n/workbench.ts';
import { nonce } from '../lib/nonce.ts';
import { preferences } from '../lib/preferences.ts';
import { handleKey } from '../lib/shortcuts.ts';
import { App } from './app.tsx';

nonce();
watchSession();
// Asked while the words are on their way.
void loadSession();
document.addEventListener('keydown', (event) => handleKey(event, event.timeStamp));
await startTranslation(preferences().language, workbenchWords);
const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
