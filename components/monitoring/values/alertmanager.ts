import { PRIORITY_CLASS } from "../names";
import type { Values } from "./types";

/** Alertmanager. */
export function alertmanagerValues(): Values {
    return {
        alertmanager: {
            alertmanagerSpec: {
                replicas: 1,
                priorityClassName: PRIORITY_CLASS,
                resources: { requests: { cpu: "20m", memory: "64Mi" }, limits: { cpu: "100m", memory: "128Mi" } },
            },
        },
    };
}
