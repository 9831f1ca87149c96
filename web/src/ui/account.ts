/** Who is logged in. The page is the same for everybody; this is asked apart, after it. */
import { getSession } from '../api';
import { h, replace } from '../dom';
import { t } from '../messages';

/** A quiet way in, until it is known that somebody is. */
export function account(): HTMLElement {
  const element = h('div', { class: 'account' }, entrance());
  getSession().then(
    ({ name, title }) => {
      if (name) replace(element, ...somebody(name, title || name));
    },
    // Without an answer the way in stays, which tells whoever is in already.
    () => undefined,
  );
  return element;
}

function entrance(): HTMLAnchorElement {
  const link = h('a', { class: 'nav__link nav__link--quiet', href: '/entrar' }, t('enter'));
  // The view changes while the page is open: what to come back to is known when one leaves.
  link.addEventListener('click', () => {
    link.href = `/entrar?siguiente=${encodeURIComponent(location.pathname + location.search)}`;
  });
  return link;
}

function somebody(name: string, title: string): HTMLElement[] {
  return [
    h(
      'a',
      { class: 'nav__link account__name', href: '/cuenta', title: t('accountOf', { name }) },
      title,
    ),
    h('a', { class: 'nav__link nav__link--quiet', href: '/salir' }, t('leave')),
  ];
}
