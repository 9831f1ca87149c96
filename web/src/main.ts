/** From an empty page to a usable one, and only then the map. */
import './styles/index.css';
import { App } from './app';
import { getMapInfo } from './api';
import { byId, h, icon, replace } from './dom';
import { t } from './messages';
import { prepareMap } from './starting';
import { startShell } from './ui/shell';
import { announce } from './ui/status';

const RETRY_MS = [5_000, 15_000, 30_000, 60_000];

async function start(attempt = 0): Promise<void> {
  try {
    const info = await getMapInfo();
    document.body.classList.remove('down');
    await new App(info, prepareMap()).start();
  } catch (error) {
    console.warn('sig:', error);
    down(attempt);
  }
}

function down(attempt: number): void {
  document.body.classList.add('down');
  let timer = 0;
  const again = (): void => {
    window.clearTimeout(timer);
    replace(byId('map-message'), h('p', { class: 'quiet' }, t('loading')));
    void start(attempt + 1);
  };
  timer = window.setTimeout(again, RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]);
  byId('skeleton').hidden = true;
  const message = byId('map-message');
  message.hidden = false;
  replace(
    message,
    h(
      'div',
      { class: 'card' },
      icon('warning'),
      h('h2', {}, t('apiDown')),
      h('p', {}, t('apiDownText')),
      h('button', { type: 'button', class: 'button', onclick: again }, t('retry')),
    ),
  );
  announce(`${t('apiDown')}. ${t('apiDownText')}`);
}

startShell();
void start();
