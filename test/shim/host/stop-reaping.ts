import { native } from "../../../native/native.ts";

const sigchld = 17;
/** PR_SET_CHILD_SUBREAPER. */
const subreaper = 36;

/** Takes becomeSubreaper() back: the test files that follow in this process wait for their children themselves. */
export function stopReaping(): void {
  native.signalTo(sigchld, native.eventfd());
  native.prctl(subreaper, 0);
}
