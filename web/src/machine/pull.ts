/** A pull of a slider: seen at once, written into the address where the hand rests; one pull is one step of history. */

export interface Wishes {
  /** Nothing, where the address says all. */
  readonly show: (sets: readonly string[] | undefined) => void;
  readonly write: (sets: readonly string[], how: "add" | "replace") => void;
}
// To write an address at every move costs a page more than the picture does, and browsers slow it down.
export const REST = 250;

export class Pull {
  #wishes: Wishes;
  #knob = "";
  #isNew = true;
  #waiting: readonly string[] | undefined;
  #written = "";
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(wishes: Wishes) {
    this.#wishes = wishes;
  }

  /** A knob moved; the last move of a pull is written at once. */
  move(knob: string, sets: readonly string[], isLast: boolean): void {
    if (knob !== this.#knob) {
      this.#write();
      this.#knob = knob;
      this.#isNew = true;
    }
    this.#waiting = sets;
    clearTimeout(this.#rest);
    if (isLast) {
      this.#write();
      this.#knob = "";
    } else {
      this.#wishes.show(sets);
      this.#rest = setTimeout(() => this.#write(), REST);
    }
  }

  /** What the address says: where it is not what was written here, the pull is over. */
  read(sets: readonly string[]): void {
    if (textOf(sets) !== this.#written) this.stop();
    this.#written = textOf(sets);
  }

  stop(): void {
    clearTimeout(this.#rest);
    this.#waiting = undefined;
    this.#knob = "";
    this.#wishes.show(undefined);
  }

  #write(): void {
    clearTimeout(this.#rest);
    const sets = this.#waiting;
    this.#waiting = undefined;
    if (!sets) return;
    if (textOf(sets) !== this.#written) {
      this.#written = textOf(sets);
      this.#wishes.write(sets, this.#isNew ? "add" : "replace");
      this.#isNew = false;
    }
    this.#wishes.show(undefined);
  }
}

const textOf = (sets: readonly string[]): string => sets.join("&");
