//! The colours that help to find a change by how it stands.

import type { Mood } from '../../../ui/mood.tsx';
import type { Change } from './data.ts';

export const STATE_MOODS: Record<Change['state'], Mood> = { proposed: 'soon', approved: 'met', refused: 'none' };
