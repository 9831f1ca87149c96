/** "Datos de demostración", for as long as any layer on the map is one. */
import { byId, h, icon, replace } from '../dom';
import { count, t } from '../messages';
import type { LayerInfo } from '../model';

export function showBanner(layers: LayerInfo[]): void {
  const banner = byId('banner');
  banner.hidden = layers.length === 0;
  if (banner.hidden) return replace(banner);
  const names = layers.map((layer) => layer.title).join(', ');
  const key = 'demonstrationBannerText';
  replace(
    banner,
    icon('warning'),
    h(
      'p',
      { title: names },
      h('strong', {}, t('demonstrationBanner')),
      h('span', { class: 'banner__more' }, ` · ${count(key, layers.length, { names })}`),
    ),
  );
}
