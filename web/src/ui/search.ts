/** One box for everything: addresses, places, layers, datasets. A combobox (WAI-ARIA 1.2). */
import { getSearch } from '../api';
import { byId, h, icon, replace } from '../dom';
import { count, t } from '../messages';
import type { SearchResult } from '../model';
import { announce } from './status';

const PAUSE_MS = 180;
const LEAST = 2;
const KEPT = 5;
/** Kept with what each place found says of itself; those of an earlier form are forgotten. */
const KEY = 'sig-recent-2';

export class Search {
  private input: HTMLInputElement;
  private list = h('ul', { class: 'finder__list', role: 'listbox', id: 'finder-list', 'aria-label': t('searchResults'), hidden: true });
  private note = h('div', { class: 'finder__note', hidden: true });
  private shown: SearchResult[] = [];
  private active = -1;
  private timer = 0;
  private pending: AbortController | null = null;

  constructor(private choose: (result: SearchResult) => void) {
    this.input = h('input', {
      type: 'text',
      class: 'finder__input',
      id: 'finder-input',
      role: 'combobox',
      'aria-expanded': 'false',
      'aria-controls': 'finder-list',
      'aria-autocomplete': 'list',
      'aria-label': t('search'),
      placeholder: t('searchHint'),
      maxlength: 200,
      autocomplete: 'off',
      autocapitalize: 'off',
      spellcheck: 'false',
      enterkeyhint: 'search',
      oninput: () => this.typed(),
      onfocus: () => this.input.value || this.showRecent(),
      onkeydown: (event: KeyboardEvent) => this.key(event),
    });
    const clear = h(
      'button',
      { type: 'button', class: 'round', 'aria-label': t('clear'), onclick: () => this.clear() },
      icon('close'),
    );
    const box = byId('finder');
    replace(box, h('div', { class: 'finder__box' }, icon('search'), this.input, clear), this.list, this.note);
    box.addEventListener('focusout', (event) => {
      if (!box.contains(event.relatedTarget as Node | null)) this.close();
    });
  }

  private typed(): void {
    window.clearTimeout(this.timer);
    this.pending?.abort();
    const text = this.input.value.trim();
    if (!text) return this.showRecent();
    if (text.length < LEAST) return this.close();
    this.timer = window.setTimeout(() => void this.ask(text), PAUSE_MS);
  }

  /** Asks for `text`; `now`: the person pressed Enter and takes what is meant beyond doubt. */
  private async ask(text: string, now = false): Promise<void> {
    this.pending?.abort();
    const pending = (this.pending = new AbortController());
    try {
      const { resultados: found, motivo: why } = await getSearch(text, pending.signal);
      if (pending.signal.aborted) return;
      const [first] = found;
      if (now && first && found.length === 1) return this.take(first);
      this.show(found);
      if (!found.length) this.say(why ? `${why}.` : t('searchNone', { text }));
      else announce(count('searchFound', found.length));
      if (now && found.length) this.move(1);
    } catch {
      if (!pending.signal.aborted) this.say(t('searchFailed'));
    }
  }

  private show(found: SearchResult[]): void {
    this.shown = found;
    this.active = -1;
    this.input.removeAttribute('aria-activedescendant');
    replace(this.list, ...found.map((result, at) => this.option(result, at)));
    this.list.hidden = found.length === 0;
    this.note.hidden = true;
    this.input.setAttribute('aria-expanded', String(found.length > 0));
  }

  private option(result: SearchResult, at: number): HTMLElement {
    const beside = [result.clase, result.contexto].filter(Boolean).join(' · ');
    return h(
      'li',
      {
        class: 'finder__option',
        role: 'option',
        id: `finder-${at}`,
        'aria-selected': 'false',
        // Before the box loses its focus, and the list with it.
        onpointerdown: (event: PointerEvent) => event.preventDefault(),
        onclick: () => this.take(result),
      },
      h('span', { class: 'finder__label' }, result.etiqueta),
      h('span', { class: 'finder__beside' }, beside),
    );
  }

  private say(text: string): void {
    this.show([]);
    replace(this.note, h('p', {}, text));
    this.note.hidden = false;
    announce(text);
  }

  private showRecent(): void {
    const recent = stored();
    this.show(recent);
    if (!recent.length) return;
    const forget = (): void => {
      keep([]);
      this.close();
      announce(t('searchForgotten'));
      this.input.focus();
    };
    replace(
      this.note,
      h('p', {}, t('searchRecent')),
      h('button', { type: 'button', class: 'link', onclick: forget }, t('searchForget')),
    );
    this.note.hidden = false;
  }

  private key(event: KeyboardEvent): void {
    const open = !this.list.hidden;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (open) this.move(event.key === 'ArrowDown' ? 1 : -1);
      else this.typed();
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const chosen = this.shown[this.active];
      if (open && chosen) this.take(chosen);
      else if (this.input.value.trim()) void this.ask(this.input.value.trim(), true);
    } else if (event.key === 'Escape' && (open || !this.note.hidden || this.input.value)) {
      event.stopPropagation();
      if (open || !this.note.hidden) this.close();
      else this.input.value = '';
    }
  }

  private move(step: 1 | -1): void {
    const options = [...this.list.children];
    options[this.active]?.setAttribute('aria-selected', 'false');
    this.active = (this.active + step + options.length + (this.active < 0 && step < 0 ? 1 : 0)) % options.length;
    const option = options[this.active]!;
    option.setAttribute('aria-selected', 'true');
    option.scrollIntoView({ block: 'nearest' });
    this.input.setAttribute('aria-activedescendant', option.id);
  }

  private take(result: SearchResult): void {
    window.clearTimeout(this.timer);
    this.pending?.abort();
    this.input.value = result.etiqueta;
    keep([result, ...stored().filter((one) => one.etiqueta !== result.etiqueta)].slice(0, KEPT));
    this.close();
    this.choose(result);
  }

  private clear(): void {
    this.input.value = '';
    this.typed();
    this.input.focus();
  }

  private close(): void {
    window.clearTimeout(this.timer);
    this.show([]);
  }
}

/** What was chosen lately: in this browser alone, and until the person clears it. */
function stored(): SearchResult[] {
  try {
    const saved = JSON.parse(localStorage.getItem(KEY) ?? '[]') as SearchResult[];
    return saved.filter((one) => typeof one?.etiqueta === 'string').slice(0, KEPT);
  } catch {
    return [];
  }
}

function keep(results: SearchResult[]): void {
  try {
    if (results.length) localStorage.setItem(KEY, JSON.stringify(results));
    else localStorage.removeItem(KEY);
  } catch {
    // A browser that keeps nothing still searches.
  }
}
