import type { Read } from "../../kube/read";
import { liveSpire } from "../spire";
import { refusals } from "../spire/upgrade";
import type { Settings } from "../../settings";
import { type CheckFinding, fromRefusal } from "../report";

/** Would an update of SPIRE be refused? */
export async function spireFindings(read: Read, { spire, environment }: Settings): Promise<CheckFinding[]> {
    if (!spire.enabled) {
        return [];
    }
    // Secrets are looked at with those of the other settings.
    const settings = { ...spire, checkSecrets: false };
    const live = await liveSpire(read, settings);
    const reasons = refusals(settings, live, { environment: environment.name, command: "kubectl" });
    const running = live.serverVersion === undefined ? "none runs" : `${live.serverVersion} runs`;
    return reasons.length === 0
        ? [{ status: "ok", name: "SPIRE", detail: `${running}, ${spire.version} may follow` }]
        : reasons.map((reason) => fromRefusal("SPIRE", reason));
}
