import { each, violation } from "../../engine/finding";
import { defineRule } from "../../evaluation/rule";
import { pssVersion } from "../../kubernetes/pss";
import { minorOf } from "../../kubernetes/version";
import { EVERY_ROLE, eachContainer } from "../../kubernetes/workload";

/** Keys from a container to every handler that makes a request. */
const HANDLERS: readonly (readonly string[])[] = [
    ["livenessProbe"],
    ["readinessProbe"],
    ["startupProbe"],
    ["lifecycle", "postStart"],
    ["lifecycle", "preStop"],
].flatMap((holder) => ["httpGet", "tcpSocket"].map((handler) => [...holder, handler]));

/** The kubelet makes these requests from the node, so another host bypasses the network policies. */
export const hostProbes = defineRule({
    id: "host-probes",
    title: "Probes target their own pod",
    description: "Probes and lifecycle handlers must not name a host.",
    severity: "medium",
    level: "mandatory",
    remediation: ["Remove host from the probe or handler, which then targets the pod itself."],
    url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
    example: {
        bad: `
containers:
  - name: app
    image: app:1.0.0
    livenessProbe: { httpGet: { host: 10.0.0.1, port: 80 } }`,
        good: `
containers:
  - name: app
    image: app:1.0.0
    livenessProbe: { httpGet: { port: 80 } }`,
    },
    options: {
        pssVersion,
    },
    *check(workload, options) {
        if (minorOf(options.pssVersion) < 34) {
            return;
        }
        yield* eachContainer(workload, EVERY_ROLE, (container) =>
            each(HANDLERS, function* (keys) {
                const host = container.at(...keys, "host");
                if ((host.string() ?? "") !== "") {
                    yield violation(host, "is set", "Remove it.");
                }
            }),
        );
    },
});
