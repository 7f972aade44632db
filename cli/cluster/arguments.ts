import { parseArgs } from "node:util";
import { argumentFault, UsageError } from "../../terminal/commandLine";
import { STACKS } from "../../settings/shared/environments";

/** Kinds of clusters that the command knows. */
export const KINDS = ["k3s", "k3d", "kind", "minikube", "embedded", "existing"] as const;

/** Kind of a cluster. */
export type Kind = (typeof KINDS)[number];

/** Help text; fits 60 columns. */
export const USAGE = `npx x0 cluster KIND [flags]
npx x0 cluster doctor [flags]

Creates or finds a cluster, checks that the stack can run on
it, and writes the stack's cluster settings. Again: changes
nothing. doctor only looks: what would fail in pulumi up?

KIND
  k3s        this machine's k3s; installs nothing itself
  k3d        k3s in Docker
  kind       Kubernetes in Docker
  minikube   with the driver that minikube chooses
  embedded   the control plane of npm run local
  existing   a context of a kubeconfig; with --context

Flags
  --stack NAME         ${STACKS.join(" or ")} (default ${STACKS[0] ?? ""})
  --name NAME          of a new cluster (default x0tta6bl4)
  --nodes N            of a new cluster (default 1)
  --kubernetes VERSION of a new cluster, e.g. 1.34.0
  --context NAME       with existing
  --kubeconfig FILE    with existing and k3s
  --config-file FILE   stack file instead of
                       Pulumi.STACK.yaml
  --yes                create without asking
  --repoint            move a stack that belongs to another
                       cluster
  --share              let both stacks use one cluster
  --format text|json   of the report (default text)
  --help               print this

Exit code: 0 fine, 1 a check failed, 2 wrong arguments`;

/** Says what is wrong with the command line. */
function usageError(problem: string): UsageError {
    return new UsageError(problem, "All flags: npx x0 cluster --help");
}

/** What the command line asks for. */
export interface Arguments {
    /** What to do. */
    readonly command: Kind | "doctor" | "help";
    /** Stack, e.g. `staging`. */
    readonly stack: string;
    /** Name of a new cluster. */
    readonly name: string;
    /** Nodes of a new cluster, the control plane's included. */
    readonly nodes: number;
    /** Version of Kubernetes of a new cluster; `undefined`: what its CLI was released with. */
    readonly kubernetes?: string;
    /** Context of an existing cluster. */
    readonly context?: string;
    /** Kubeconfig of an existing cluster. */
    readonly kubeconfig?: string;
    /** Stack file to write to. */
    readonly configFile?: string;
    /** Create without asking. */
    readonly yes: boolean;
    /** Move a stack that belongs to another cluster. */
    readonly repoint: boolean;
    /** Let the stacks share the cluster. */
    readonly share: boolean;
    /** Form of the report. */
    readonly format: "text" | "json";
}

/** Clusters have at most this many nodes: more do not fit on one machine. */
const MOST_NODES = 9;

/** Kinds whose clusters are made here. */
const CREATED: readonly string[] = ["k3d", "kind", "minikube"];

/** Commands that each flag makes sense with; the others go with all. */
const FITTING: Readonly<Record<string, readonly string[]>> = {
    name: CREATED,
    nodes: CREATED,
    kubernetes: [...CREATED, "k3s"],
    context: ["existing"],
    kubeconfig: ["existing", "k3s"],
    yes: [...KINDS],
    repoint: [...KINDS],
    share: [...KINDS],
};

/**
 * Reads the command line.
 * @throws {@link UsageError} that names the wrong part and what is allowed.
 */
export function parseArguments(argv: readonly string[]): Arguments {
    const { values, positionals } = parse(argv);
    const { stack = STACKS[0] ?? "", name = "x0tta6bl4", format = "text", kubernetes } = values;
    const { yes = false, repoint = false, share = false } = values;
    const command = values.help === true ? "help" : commandOf(positionals);
    check("stack", stack, STACKS.includes(stack), STACKS.join(" or "));
    check("name", name, /^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$/.test(name), "lower-case letters, digits and '-'");
    const nodes = Number(values.nodes ?? 1);
    const fewEnough = Number.isInteger(nodes) && nodes >= 1 && nodes <= MOST_NODES;
    check("nodes", values.nodes ?? "", fewEnough, `a whole number from 1 to ${MOST_NODES}`);
    check("kubernetes", kubernetes ?? "", /^(\d+\.\d+\.\d+)?$/.test(kubernetes ?? ""), "a version, e.g. 1.34.0");
    if (format !== "text" && format !== "json") {
        throw usageError(`--format ${format}: must be text or json.`);
    }
    for (const [flag, value] of Object.entries(values)) {
        check(flag, "", value !== "", "given a value");
        const commands = FITTING[flag];
        if (command !== "help" && commands?.includes(command) === false) {
            throw usageError(`--${flag} goes with ${commands.join(", ")}, not with ${command}.`);
        }
    }
    const { context, kubeconfig } = values;
    if (command === "existing" && context === undefined) {
        throw usageError("existing needs --context NAME; kubectl config get-contexts lists them.");
    }
    const configFile = values["config-file"];
    return { command, stack, name, nodes, kubernetes, context, kubeconfig, configFile, yes, repoint, share, format };
}

function commandOf(positionals: readonly string[]): Kind | "doctor" {
    const known = [...KINDS, "doctor"] as const;
    const [given, ...rest] = positionals;
    const found = known.find((command) => command === given);
    if (found === undefined || rest.length > 0) {
        const problem = given === undefined ? "No kind of cluster is named" : `"${positionals.join(" ")}" is unknown`;
        throw usageError(`${problem}: use one of ${known.join(", ")}.`);
    }
    return found;
}

function check(flag: string, value: string, good: boolean, allowed: string): void {
    if (!good) {
        throw usageError(`--${flag}${value === "" ? "" : ` ${value}`}: must be ${allowed}.`);
    }
}

function parse(argv: readonly string[]) {
    try {
        return parseArgs({
            args: [...argv],
            allowPositionals: true,
            options: {
                stack: { type: "string" },
                name: { type: "string" },
                nodes: { type: "string" },
                kubernetes: { type: "string" },
                context: { type: "string" },
                kubeconfig: { type: "string" },
                "config-file": { type: "string" },
                yes: { type: "boolean", short: "y" },
                repoint: { type: "boolean" },
                share: { type: "boolean" },
                format: { type: "string" },
                help: { type: "boolean", short: "h" },
            },
        });
    } catch (error) {
        throw usageError(`${argumentFault(error)}.`);
    }
}
