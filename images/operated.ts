import { kindName } from "../policy/kubernetes/kinds";
import { namespaceOf, nameOf, type Stack } from "../policy/kubernetes/stack";
import type { Subject } from "../policy/kubernetes/subject";
import type { PlacelessUse } from "./use";

/** Kinds whose pods the Prometheus Operator makes, with the name of the main container. */
const MAIN: Readonly<Record<string, string>> = {
    "Prometheus.monitoring.coreos.com": "prometheus",
    "PrometheusAgent.monitoring.coreos.com": "prometheus",
    "Alertmanager.monitoring.coreos.com": "alertmanager",
    "ThanosRuler.monitoring.coreos.com": "thanos-ruler",
};

/** Argument with the image that reloads a configuration: the operator adds it to every pod that it makes. */
const RELOADER = "prometheus-config-reloader";

/** Argument with the image of Thanos, for pods that ask for it. */
const THANOS = "thanos-default-base-image";

/** Arguments of the operator that name a whole image. Others name a repository, whose tag the resource decides. */
const ARGUMENT = /^--([a-z-]*(?:image|config-reloader))=(.+)$/;

/** An image in an argument of an operator. */
interface OperatorArgument {
    /** The operator's object. */
    readonly subject: Subject;
    /** The argument, e.g. `--prometheus-config-reloader`. */
    readonly name: string;
    /** The image. */
    readonly reference: string;
}

/** Images in the arguments of the stack's operators. Repositories without tag or digest are no images. Throws as reading does. */
export function operatorArguments(stack: Stack): OperatorArgument[] {
    return stack.ofKind("Deployment.apps").flatMap((subject) =>
        subject.object
            .at("spec", "template", "spec", "containers")
            .items()
            .flatMap((container) => container.at("args").strings())
            .flatMap((text) => {
                const [, name, reference] = ARGUMENT.exec(text) ?? [];
                const whole = reference !== undefined && /(?::[\w.-]+|@[a-z0-9]+:[0-9a-f]+)$/.test(reference);
                return name === undefined || !whole ? [] : [{ subject, name: `--${name}`, reference }];
            }),
    );
}

/**
 * The images of the pods that the operator makes from a resource; none for any other object. It adds a container that
 * reloads the configuration, and an init container that writes the first one (prometheus-operator,
 * `pkg/operator/config_reloader.go`). Throws as reading does.
 */
export function operatedUses(
    subject: Subject,
    stack: Stack,
): { readonly uses: readonly PlacelessUse[]; readonly notes: readonly string[] } {
    const main = MAIN[kindName(subject)];
    if (main === undefined) {
        return { uses: [], notes: [] };
    }
    const spec = subject.object.at("spec");
    const told = new Map(operatorArguments(stack).map(({ name, reference }) => [name, reference]));
    const reloader = told.get(`--${RELOADER}`);
    const thanos = spec.at("thanos").isSet()
        ? (spec.at("thanos", "image").string() ?? told.get(`--${THANOS}`))
        : undefined;
    const found: (readonly [name: string, role: PlacelessUse["role"], reference: string | undefined])[] = [
        ["init-config-reloader", "init container", reloader],
        [main, "container", spec.at("image").string()],
        ["config-reloader", "container", reloader],
        ...(spec.at("thanos").isSet() ? [["thanos-sidecar", "container", thanos] as const] : []),
    ];
    const object = `${subject.kind} ${namespaceOf(subject) ?? ""}/${nameOf(subject) ?? ""}`;
    return {
        uses: found.flatMap(([name, role, reference]) =>
            reference === undefined ? [] : [{ reference, name, role, runs: true }],
        ),
        notes: found.flatMap(([name, , reference]) =>
            reference === undefined
                ? [`${object}: the operator chooses the image of ${name}, which is not in the stack and is not listed.`]
                : [],
        ),
    };
}
