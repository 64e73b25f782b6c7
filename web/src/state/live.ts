/** Newest wins: one request in flight, only the newest waits, an older answer is never painted. */

export type Ask<Q, A> = (question: Q, seq: number, signal: AbortSignal) => Promise<A>;

export interface Painted<Q, A> {
  readonly question: Q;
  readonly answer: A;
  readonly seq: number;
  readonly isRefined: boolean;
}

export interface Wishes<Q, A> {
  readonly ask: Ask<Q, A>;
  readonly paint: (painted: Painted<Q, A>) => void;
  readonly fail: (error: unknown) => void;
  /** The question with fewer draws for the time a slider moves, and the one asked after it rests. */
  readonly preview: (question: Q) => Q;
  readonly refined: (question: Q) => Q;
  readonly restMs?: number;
  /** The server dropped the question because a newer one came: no failure. */
  readonly isOvertaken?: (error: unknown) => boolean;
}

export class Live<Q, A> {
  #wishes: Wishes<Q, A>;
  #seq = 0;
  #painted = 0;
  #waiting: Q | undefined;
  #resting: Q | undefined;
  #inFlight: { stop: AbortController; isRefinement: boolean } | undefined;
  #slow: AbortController | undefined;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(wishes: Wishes<Q, A>) {
    this.#wishes = wishes;
  }

  /** A slider moved: a preview soon, and a refinement once it rests. */
  move(question: Q): void {
    clearTimeout(this.#rest);
    this.#resting = undefined;
    this.#rest = setTimeout(() => this.#refine(question), this.#wishes.restMs ?? 120);
    if (this.#inFlight?.isRefinement) this.#drop();
    if (this.#inFlight) this.#waiting = question;
    else this.#send(question, false);
  }

  /** A preview that is on its way is painted first: the picture follows the hand. */
  #refine(question: Q): void {
    if (this.#inFlight) this.#resting = question;
    else this.#send(question, true);
  }

  /** A slow question of the same view: dropped, here and by the server, as soon as anything newer is asked. */
  async slow<S>(ask: (seq: number, signal: AbortSignal) => Promise<S>): Promise<S | undefined> {
    this.#slow?.abort();
    const stop = (this.#slow = new AbortController());
    try {
      const answer = await ask(++this.#seq, stop.signal);
      return stop.signal.aborted ? undefined : answer;
    } catch (error) {
      if (stop.signal.aborted || this.#wishes.isOvertaken?.(error)) return undefined;
      throw error;
    }
  }

  /** The question as a whole, without a preview first. */
  settle(question: Q): void {
    clearTimeout(this.#rest);
    this.#waiting = this.#resting = undefined;
    this.#send(question, true);
  }

  stop(): void {
    clearTimeout(this.#rest);
    this.#waiting = this.#resting = undefined;
    this.#slow?.abort();
    this.#drop();
  }

  #drop(): void {
    this.#inFlight?.stop.abort();
    this.#inFlight = undefined;
  }

  #send(question: Q, isRefinement: boolean): void {
    this.#drop();
    this.#slow?.abort();
    const seq = ++this.#seq;
    const flight = { stop: new AbortController(), isRefinement };
    this.#inFlight = flight;
    if (isRefinement) this.#waiting = undefined;
    const asked = isRefinement ? this.#wishes.refined(question) : this.#wishes.preview(question);
    this.#wishes.ask(asked, seq, flight.stop.signal).then(
      (answer) => {
        if (seq > this.#painted && !flight.stop.signal.aborted) {
          this.#painted = seq;
          this.#wishes.paint({ question: asked, answer, seq, isRefined: isRefinement });
        }
        this.#next(flight);
      },
      (error: unknown) => {
        if (!flight.stop.signal.aborted && !this.#wishes.isOvertaken?.(error)) this.#wishes.fail(error);
        this.#next(flight);
      },
    );
  }

  #next(flight: { stop: AbortController; isRefinement: boolean }): void {
    if (this.#inFlight !== flight) return;
    this.#inFlight = undefined;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    const resting = this.#resting;
    if (waiting !== undefined) this.#send(waiting, false);
    else if (resting !== undefined) {
      this.#resting = undefined;
      this.#send(resting, true);
    }
  }
}
