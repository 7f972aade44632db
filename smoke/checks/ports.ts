import type { Check } from "../check";
import { failed, passed, skipped } from "../outcome";
import { silence } from "./http";

/**
 * Checks that the ports in the settings are those of the running app; each failure names the command that changes the
 * setting.
 */
export const PORT_CHECKS: readonly Check[] = (["http", "metrics", "mesh"] as const).map((port) => ({
    topic: "Ports",
    name: port,
    look: "get pods -o wide",
    run: (snapshot) => {
        const found = snapshot.ports.find((finding) => finding.port === port);
        const reason = silence(snapshot);
        if (found === undefined || reason !== undefined) {
            return skipped(reason ?? "no pod was asked");
        }
        switch (found.status) {
            case "ok":
                return passed(found.detail);
            case "skip":
                return skipped(found.detail);
            case "fail":
                return failed([found.detail, ...(found.fix === undefined ? [] : [found.fix])].join("; fix: "));
        }
    },
}));
