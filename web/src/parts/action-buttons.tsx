//! What the server says may be done now, as buttons; what may not be done says why.

import { Button, Tooltip } from 'antd';
import type { Schemas } from '../api/client.ts';

interface ActionButtonsProps<V extends string> {
  /** In the order in which they are offered. */
  verbs: readonly V[];
  actions: Schemas['ActionBody'][];
  label: (verb: V) => string;
  onChoose: (verb: V) => void;
  /** Those that end or undo something. */
  dangerous?: readonly V[];
}

export function ActionButtons<V extends string>(props: ActionButtonsProps<V>) {
  const { verbs, actions, label, onChoose, dangerous = [] } = props;
  const offered = verbs.flatMap((verb) => {
    const action = actions.find((one) => one.action === verb);
    return action ? [{ verb, action }] : [];
  });
  const first = offered.find(({ action }) => action.allowed)?.verb;
  return (
    <div style={{ display: 'flex', flexWrap: 'wrap', gap: 8 }}>
      {offered.map(({ verb, action }) => (
        <Tooltip key={verb} title={action.allowed ? undefined : action.reason}>
          <Button
            type={verb === first ? 'primary' : 'default'}
            danger={dangerous.includes(verb)}
            disabled={!action.allowed}
            onClick={() => onChoose(verb)}
            aria-description={action.allowed ? undefined : (action.reason ?? undefined)}
          >
            {label(verb)}
          </Button>
        </Tooltip>
      ))}
    </div>
  );
}
