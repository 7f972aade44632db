import { smokeCommand } from "../../smoke/command";
import type { Session } from "../command";

/** `x0 smoke`. */
export function smoke(session: Session) {
    return smokeCommand(session, "smoke");
}
