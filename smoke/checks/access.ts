import { type Check } from "../check";
import { judge, passed, failed, type Outcome } from "../outcome";
import { judging } from "../cluster/lookup";
import type { AccessAnswer, Snapshot } from "../cluster/snapshot";
import { same, sameMembers } from "../compare";
import { describePermission } from "../permissions";
import { podSpecOf } from "../subject";
import { counted } from "../../terminal/counted";

const TOPIC = "Access";

/** Rules of the ClusterRole as `group/resource: verbs`, one for each resource, in a fixed order. */
const RULES = ["/configmaps", "/pods", "/services", "apps/deployments"].map((rule) => `${rule}: get,list,watch`);

/** Compares the answers to all permissions of one kind with `wanted`. */
function judgeAnswers({ access }: Snapshot, expected: boolean, wanted = expected): Outcome {
    const answers = access.filter(({ permission }) => permission.expected === expected);
    const unanswered = answers.find(({ allowed }) => !allowed.ok)?.allowed;
    if (unanswered?.ok === false) {
        return failed(unanswered.reason);
    }
    const word = (allowed: boolean) => (allowed ? "allowed" : "denied");
    const given = ({ allowed }: AccessAnswer) => allowed.ok && allowed.value;
    const wrong = answers.filter((answer) => given(answer) !== wanted);
    return judge(
        wrong.map((answer) => ({
            path: describePermission(answer.permission),
            expected: word(wanted),
            actual: word(given(answer)),
        })),
        counted(answers.length, "question"),
    );
}

/** Checks of the app's ServiceAccount and its permissions. */
export const ACCESS_CHECKS: readonly Check[] = [
    {
        topic: TOPIC,
        name: "ServiceAccount of the pods",
        look: "get deployment -o jsonpath={..serviceAccountName}",
        run: (snapshot, { names }) =>
            judging(snapshot.serviceAccount, () =>
                judging(podSpecOf(snapshot), ({ serviceAccountName }) =>
                    judge(
                        same("spec.serviceAccountName", names.serviceAccount, serviceAccountName),
                        serviceAccountName,
                    ),
                ),
            ),
    },
    {
        topic: TOPIC,
        name: "API token mount",
        look: "get serviceaccount,deployment -o yaml",
        run: (snapshot, { mesh }) =>
            judging(podSpecOf(snapshot), (spec) => {
                // The pod's field takes precedence over the ServiceAccount's; if neither is set, the token is mounted.
                const account = snapshot.serviceAccount.ok ? snapshot.serviceAccount.value : undefined;
                const mounted = spec.automountServiceAccountToken ?? account?.automountServiceAccountToken ?? true;
                const wanted = mesh.serviceAccount.mountToken;
                return judge(same("API token mounted", wanted, mounted), wanted ? "mounted" : "not mounted");
            }),
    },
    {
        topic: TOPIC,
        name: "ClusterRole",
        look: "get clusterroles -o wide",
        run: ({ clusterRole }) =>
            judging(clusterRole, ({ metadata, rules }) => {
                const found = (rules ?? []).flatMap(({ apiGroups, resources, verbs, nonResourceURLs }) => [
                    ...(apiGroups ?? []).flatMap((group) =>
                        (resources ?? []).map((name) => `${group}/${name}: ${[...verbs].sort().join(",")}`),
                    ),
                    ...(nonResourceURLs ?? []).map((url) => `URL ${url}: ${verbs.join(",")}`),
                ]);
                return judge(sameMembers("rules", RULES, found), metadata?.name);
            }),
    },
    {
        topic: TOPIC,
        name: "ClusterRoleBinding only with a token, and no other",
        look: "get clusterrolebindings,rolebindings -o wide",
        run: ({ clusterRoleBindings, roleBindings }, { names, mesh }) =>
            judging(clusterRoleBindings, (cluster) =>
                judging(roleBindings, (local) => {
                    const roles = (bindings: typeof cluster | typeof local) =>
                        bindings.map(
                            ({ metadata, roleRef }) => `${metadata?.name ?? ""} -> ${roleRef.kind} ${roleRef.name}`,
                        );
                    // The ClusterRole is bound only if the pods mount a token.
                    const wanted = mesh.serviceAccount.mountToken
                        ? [`${names.clusterRole} -> ClusterRole ${names.clusterRole}`]
                        : [];
                    return judge(
                        [
                            ...sameMembers("ClusterRoleBindings", wanted, roles(cluster)),
                            ...sameMembers("RoleBindings", [], roles(local)),
                        ],
                        names.clusterRole,
                    );
                }),
            ),
    },
    {
        topic: TOPIC,
        name: "reads its surroundings only with a token",
        look: "auth can-i --list --as {user}",
        run: (snapshot, { mesh }) => judgeAnswers(snapshot, true, mesh.serviceAccount.mountToken),
    },
    {
        topic: TOPIC,
        name: "may do nothing else",
        look: "auth can-i --list --as {user}",
        run: (snapshot) => judgeAnswers(snapshot, false),
    },
    {
        topic: TOPIC,
        name: "Pod Security admits the pods",
        look: "get events --field-selector reason=FailedCreate",
        run: ({ admission }) =>
            judging(admission, ({ warnings }) =>
                warnings.length === 0 ? passed("dry run without a warning") : failed(warnings.join("; ")),
            ),
    },
];
