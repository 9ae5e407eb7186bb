/** A job that is done whenever it is asked for: never twice at a time, and once more where it was asked for meanwhile. */
export class OnDemand {
  readonly #job: () => Promise<void>;
  #isAsked = false;
  #isRunning = false;
  #isClosed = false;
  #run: Promise<void> = Promise.resolve();

  /** `job` never rejects. */
  constructor(job: () => Promise<void>) {
    this.#job = job;
  }

  /** Has the job done from its beginning, now or after the run that is under way. */
  ask(): void {
    this.#isAsked = true;
    if (!this.#isRunning) this.#run = this.#runAll();
  }

  /** Resolves when the runs that have been asked for by now are over. */
  async done(): Promise<void> {
    await this.#run;
  }

  /** Nothing is done from now on, but for the run that is under way; resolves when that is over. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#run;
  }

  // Both flags change in the step that has looked at them: cleared by a `finally`, some microtasks later, the second one would
  // have a job that is asked for in between wait for the next one.
  async #runAll(): Promise<void> {
    this.#isRunning = true;
    while (this.#isAsked && !this.#isClosed) {
      this.#isAsked = false;
      await this.#job();
    }
    this.#isRunning = false;
  }
}
