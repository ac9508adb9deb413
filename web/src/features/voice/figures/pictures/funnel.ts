//! How far the orders have come.

import { quantityText, shareText } from '../../../../lib/quantity.ts';
import { chartBase } from '../../../../ui/chart-colours.ts';
import { type Figures, figureOf } from '../data.ts';
import type { Behind, Figure } from '../filters.ts';
import { countCell, type Frame } from '../frame.ts';
import type { Picture } from '../picture.ts';

/** How far the orders of the period have come: each step is counted among all that were received. */
export function funnel(frame: Frame, figures: Figures): Picture {
  const { colours, language, say } = frame;
  const of = (figure: Figure) => figureOf(figures.figures, figure);
  const all = of('received')?.numerator ?? 0;
  const link = (figure: Figure, part: Behind['part']): Behind => ({
    ...frame.filters,
    figure,
    ...(part ? { part } : {}),
  });
  const steps = [
    { title: frame.title('received'), count: all, behind: link('received', undefined) },
    {
      title: say('reached'),
      count: of('first_contact')?.denominator ?? 0,
      behind: link('first_contact', 'denominator'),
    },
    { title: say('answered'), count: of('reopened')?.denominator ?? 0, behind: link('reopened', 'denominator') },
    {
      title: say('closed'),
      count: of('time_to_close')?.denominator ?? 0,
      behind: link('time_to_close', 'denominator'),
    },
    { title: say('rated'), count: of('satisfied')?.denominator ?? 0, behind: link('satisfied', 'denominator') },
    { title: say('satisfied'), count: of('satisfied')?.numerator ?? 0, behind: link('satisfied', 'numerator') },
  ];
  const share = (count: number) => (all === 0 ? 0 : Math.round((count * 1_000_000) / all));
  const label = (at: number) => {
    const step = steps[at];
    return step
      ? `${step.title}  ${quantityText(step.count, 'orders', language)} · ${shareText(share(step.count), language)}`
      : '';
  };
  return {
    height: 300,
    option: {
      ...chartBase(colours),
      tooltip: { ...chartBase(colours).tooltip, formatter: (point: { dataIndex: number }) => label(point.dataIndex) },
      series: [
        {
          type: 'funnel',
          sort: 'none',
          left: 16,
          top: 8,
          bottom: 8,
          width: '42%',
          minSize: '2%',
          gap: 2,
          min: 0,
          max: Math.max(1, all),
          label: {
            position: 'right',
            color: colours.text,
            formatter: (point: { dataIndex: number }) => label(point.dataIndex),
          },
          labelLine: { lineStyle: { color: colours.line } },
          itemStyle: { borderWidth: 0, color: colours.main },
          data: steps.map((step) => ({ name: step.title, value: step.count })),
        },
      ],
    },
    table: {
      columns: [say('step'), frame.title('received'), say('share')],
      rows: steps.map((step) => [
        { text: step.title },
        countCell(frame, step.count, step.behind),
        { text: shareText(share(step.count), language), raw: share(step.count) / 10_000 },
      ]),
    },
    behind: (_, index) => steps[index]?.behind,
  };
}
