/** What the person has chosen: the view, the layers, the selected feature. One source of truth. */
import type { Address, Choice, View } from './address';
import { allLayers, type LayerInfo, type MapInfo, type Place, type Selection } from './model';

export interface State {
  view: View | null;
  /** Every layer with geometry, by name. */
  choices: ReadonlyMap<string, Choice>;
  selection: Selection | null;
  /** The place asked about; never together with a selection. */
  place: Place | null;
}

export type Change = keyof State;
/** `user`: a step worth going back to; `view`: the map moved; `history`: the address changed. */
export type Origin = 'user' | 'view' | 'history';
type Listener = (state: State, changed: ReadonlySet<Change>, origin: Origin) => void;

export class Store {
  private listeners: Listener[] = [];

  constructor(private current: State) {}

  get state(): State {
    return this.current;
  }

  update(patch: Partial<State>, origin: Origin): void {
    const keys = Object.keys(patch) as Change[];
    const changed = new Set(keys.filter((key) => patch[key] !== this.current[key]));
    if (changed.size === 0) return;
    this.current = { ...this.current, ...patch };
    for (const listener of this.listeners) listener(this.current, changed, origin);
  }

  choose(name: string, patch: Partial<Choice>, origin: Origin = 'user'): void {
    const choices = new Map(this.current.choices);
    choices.set(name, { on: false, opacity: 1, ...choices.get(name), ...patch });
    this.update({ choices }, origin);
  }

  subscribe(listener: Listener): void {
    this.listeners.push(listener);
  }
}

/** The state an address stands for. */
export function stateOf(address: Address, info: MapInfo): State {
  const choices = new Map<string, Choice>();
  for (const layer of drawable(info)) {
    const chosen = address.choices?.get(layer.name);
    const implied = layer.role === 'base' || (address.choices === null && layer.visible);
    choices.set(layer.name, chosen ?? { on: implied, opacity: 1 });
  }
  const { view, selection } = address;
  return { view, choices, selection, place: selection ? null : (address.place ?? null) };
}

/** The address a state is told by; choices that say nothing new are left out. */
export function addressOf(state: State, info: MapInfo): Address {
  const told = new Map<string, Choice>();
  let asDeclared = true;
  for (const layer of drawable(info)) {
    const choice = state.choices.get(layer.name);
    if (!choice) continue;
    const base = layer.role === 'base';
    if (base ? !choice.on || choice.opacity < 1 : choice.on) told.set(layer.name, choice);
    if (choice.opacity < 1 || choice.on !== (base || layer.visible)) asDeclared = false;
  }
  const { view, selection, place } = state;
  return { view, choices: asDeclared ? null : told, selection, ...(place ? { place } : {}) };
}

function drawable(info: MapInfo): LayerInfo[] {
  return allLayers(info).filter((layer) => layer.geometry_type !== null);
}
