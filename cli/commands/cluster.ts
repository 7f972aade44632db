import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { STACKS } from "../../settings/shared/environments";
import { stackOption } from "../../terminal/commandLine";
import { type ClusterRequest, type ClusterKind, NEW_CLUSTER } from "../cluster/request";
import { JSON_OPTION, type Session } from "../command";

/** Maximum number of nodes of a cluster on one machine. */
const MOST_NODES = 9;

/** Kinds whose clusters are created here. */
const CREATED = {
    k3d: "k3s in Docker",
    kind: "Kubernetes in Docker",
    minikube: "minikube, with its default driver",
} as const;

/** `x0 cluster`. */
export function cluster(session: Session) {
    type Given = Partial<ClusterRequest> & Pick<ClusterRequest, "stack"> & { readonly json?: boolean };
    const work = async (kind: ClusterKind, { json = false, ...given }: Given) => {
        const { prepareCluster } = await import("../cluster/main.js");
        const request = { ...NEW_CLUSTER, yes: false, repoint: false, share: false, ...given };
        session.exitCode = await prepareCluster(kind, request, { json });
    };
    const subcommand = (kind: ClusterKind, description: string) =>
        new Command(kind)
            .description(description)
            .addOption(stackOption(STACKS, "stack to set up").default(STACKS[0] ?? ""))
            .option("--config-file <file>", "stack file instead of Pulumi.STACK.yaml")
            .option("-y, --yes", "create without asking")
            .option("--repoint", "move a stack that belongs to another cluster")
            .option("--share", "let both stacks use one cluster")
            .option(...JSON_OPTION);
    const created = (kind: keyof typeof CREATED) =>
        subcommand(kind, `Creates or finds a cluster: ${CREATED[kind]}.`)
            .option("--name <name>", "name of a new cluster", clusterName, NEW_CLUSTER.name)
            .option("--nodes <number>", "nodes of a new cluster", nodeCount, NEW_CLUSTER.nodes)
            .option("--kubernetes <version>", "Kubernetes version of a new cluster, e.g. 1.34.0", version)
            .action((options) => work(kind, options));
    return new Command("cluster")
        .summary("create or find a cluster, and check it")
        .description(
            "Creates or finds a cluster, checks that the stack can run on it, and writes the stack's cluster settings. A second run changes nothing.",
        )
        .addCommand(created("kind"))
        .addCommand(created("k3d"))
        .addCommand(created("minikube"))
        .addCommand(
            subcommand("k3s", "Finds this machine's k3s; installs nothing itself.")
                .option("--kubernetes <version>", "Kubernetes version in the install command, e.g. 1.34.0", version)
                .option("--kubeconfig <file>", "kubeconfig of k3s")
                .action((options) => work("k3s", options)),
        )
        .addCommand(
            subcommand("embedded", "Uses the control plane of npm run local.").action((options) =>
                work("embedded", options),
            ),
        )
        .addCommand(
            subcommand("existing", "Uses a context of a kubeconfig; kubectl config get-contexts lists them.")
                .requiredOption("--context <name>", "context in the kubeconfig")
                .option("--kubeconfig <file>", "kubeconfig (default: $KUBECONFIG or ~/.kube/config)")
                .action((options) => work("existing", options)),
        );
}

function clusterName(text: string): string {
    if (!/^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$/.test(text)) {
        throw new InvalidArgumentError("Must be at most 32 lower-case letters, digits and '-'.");
    }
    return text;
}

function nodeCount(text: string): number {
    const nodes = Number(text);
    if (!(Number.isInteger(nodes) && nodes >= 1 && nodes <= MOST_NODES)) {
        throw new InvalidArgumentError(`Must be a whole number from 1 to ${MOST_NODES}.`);
    }
    return nodes;
}

function version(text: string): string {
    if (!/^\d+\.\d+\.\d+$/.test(text)) {
        throw new InvalidArgumentError("Must be a version, e.g. 1.34.0.");
    }
    return text;
}
