//! One person on the shared list: until when, what happened and why, and what may be done: appeal, answer, lift.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { App, Form, Input, Radio, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../../api/client.ts';
import { textOf } from '../../../lib/text.ts';
import { momentOf } from '../../../lib/time.ts';
import { ActionButtons } from '../../../parts/action-buttons.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { ActorName } from '../../../parts/names.tsx';
import { Writing } from '../../../parts/writing.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Lines } from '../../../ui/lines.tsx';
import { ABNORMAL, type ListingDetail, listingQuery } from './data.ts';

const VERBS = ['appeal', 'decide_appeal', 'lift'] as const;
type Verb = (typeof VERBS)[number];

const MEANS = ['in_person', 'post', 'phone', 'sms', 'email', 'online'] as const satisfies Schemas['Means'][];
const WORDS_MAX = 4000;

export function ListingView({ id }: { id: string }) {
  const query = useQuery(listingQuery(id));
  return (
    <Loaded query={query} rows={6}>
      {(listing) => <Shown listing={listing} />}
    </Loaded>
  );
}

function Shown({ listing }: { listing: ListingDetail }) {
  const { t, i18n } = useTranslation('oversee');
  const [verb, setVerb] = useState<Verb>();
  const reasonOf = (version: number) => listing.reasons.find((reason) => reason.version === version)?.text;
  return (
    <>
      <Facts
        facts={[
          [t('abnormal.numbers'), listing.masked.join(', ') || t('abnormal.erased')],
          [t('abnormal.state'), t(`abnormal.states.${listing.state}`)],
          [t('abnormal.until'), momentOf(listing.until)],
          [
            t('abnormal.order'),
            <Link key="order" to="/orders/$order" params={{ order: listing.order }} preload={false}>
              {t('abnormal.openOrder')}
            </Link>,
          ],
        ]}
      />
      <ActionButtons
        verbs={VERBS}
        actions={listing.allowed_actions}
        label={(one) => t(`abnormal.verb.${one}`)}
        onChoose={setVerb}
        dangerous={['lift']}
      />
      <h3>{t('abnormal.history')}</h3>
      <Lines
        lines={[...listing.history].reverse().map((event) => ({
          key: event.version,
          main: (
            <>
              <div>{textOf(event.sentence, i18n.language)}</div>
              <div>{reasonOf(event.version)}</div>
            </>
          ),
          side: (
            <>
              {momentOf(event.at)} <ActorName actor={event.by} />
            </>
          ),
        }))}
      />
      {verb ? <Act listing={listing} verb={verb} onClose={() => setVerb(undefined)} /> : null}
    </>
  );
}

interface ActProps {
  listing: ListingDetail;
  verb: Verb;
  onClose: () => void;
}

interface Fields {
  means?: Schemas['Means'];
  stays?: boolean;
  why: string;
}

function Act({ listing, verb, onClose }: ActProps) {
  const { t } = useTranslation('oversee');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const needed = [{ required: true, message: t('form.needed') }];
  const again = () => queries.invalidateQueries({ queryKey: ABNORMAL });
  const { id, version } = listing;
  const params = { path: { id } };
  const send = async ({ means, stays, why }: Fields) => {
    if (verb === 'appeal') {
      const body = { version, means: means ?? 'in_person', why };
      await ok(api.POST('/api/voice/listings/{id}/appeal', { params, body }));
    } else if (verb === 'decide_appeal') {
      const body = { version, stays: stays ?? true, why };
      await ok(api.POST('/api/voice/listings/{id}/decide_appeal', { params, body }));
    } else {
      await ok(api.POST('/api/voice/listings/{id}/lift', { params, body: { version, why } }));
    }
    void message.success(t('form.done', { act: t(`abnormal.verb.${verb}`) }));
    await again();
  };
  return (
    <Writing<Fields>
      key={verb}
      open
      title={t(`abnormal.verb.${verb}`)}
      onClose={onClose}
      onSend={send}
      onConflict={() => void again()}
    >
      {verb === 'appeal' ? (
        <Form.Item name="means" label={t('abnormal.means')} rules={needed}>
          <Select options={MEANS.map((one) => ({ value: one, label: t(`abnormal.meansOf.${one}`) }))} />
        </Form.Item>
      ) : null}
      {verb === 'decide_appeal' ? (
        <Form.Item name="stays" label={t('abnormal.answer')} rules={needed}>
          <Radio.Group
            options={[
              { value: false, label: t('abnormal.granted') },
              { value: true, label: t('abnormal.stays') },
            ]}
          />
        </Form.Item>
      ) : null}
      <Form.Item name="why" label={t(verb === 'appeal' ? 'abnormal.theySay' : 'abnormal.why')} rules={needed}>
        <Input.TextArea rows={4} maxLength={WORDS_MAX} />
      </Form.Item>
    </Writing>
  );
}
