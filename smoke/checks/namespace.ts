import { type Check } from "../check";
import { judge } from "../outcome";
import { judging } from "../cluster/lookup";
import { same, sameFields } from "../compare";

const TOPIC = "Namespace";
const PREFIX = "pod-security.kubernetes.io";

/** Checks of the mesh's Namespace. */
export const NAMESPACE_CHECKS: readonly Check[] = [
    {
        topic: TOPIC,
        name: "exists and is active",
        look: "get namespaces --show-labels",
        run: ({ namespace }, expected) =>
            judging(namespace, ({ status }) =>
                judge(same("status.phase", "Active", status?.phase), expected.namespace),
            ),
    },
    {
        topic: TOPIC,
        name: "Pod Security labels",
        look: "get namespaces --show-labels",
        run: ({ namespace }, { mesh: { podSecurity } }) =>
            judging(namespace, ({ metadata }) => {
                const labels = ["enforce", "audit", "warn"].flatMap((mode): [string, string][] => [
                    [`${PREFIX}/${mode}`, podSecurity.level],
                    [`${PREFIX}/${mode}-version`, podSecurity.version],
                ]);
                return judge(
                    sameFields("metadata.labels", Object.fromEntries(labels), metadata?.labels),
                    `${podSecurity.level} (${podSecurity.version})`,
                );
            }),
    },
];
