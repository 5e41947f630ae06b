import { IconButton } from '../controls/icon-button.js';

export interface Rating {
  satisfied: boolean | undefined;
  onRate(id: string, satisfied: boolean): void;
}

/** Two buttons that rate a reply. */
export function RatingButtons({ id, satisfied, onRate }: Rating & { id: string }) {
  return [true, false].map((value) => (
    <IconButton
      key={String(value)}
      icon={value ? 'good' : 'bad'}
      label={value ? 'Good reply' : 'Bad reply'}
      aria-pressed={satisfied === value}
      onClick={() => onRate(id, value)}
    />
  ));
}
