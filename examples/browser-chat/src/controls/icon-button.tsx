import type { ComponentProps } from 'react';
import { Icon, type IconName } from './icon.js';

/** A button that shows only an icon. Its name is also its tooltip. */
export function IconButton({
  icon,
  label,
  className = '',
  ...props
}: { icon: IconName; label: string } & ComponentProps<'button'>) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={`icon-button ${className}`}
      {...props}
    >
      <Icon name={icon} />
    </button>
  );
}
