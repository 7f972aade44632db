import { messageOf } from "../errors";
import { executablesOnPath, askVersion } from "../tools/probe";
import { gte } from "semver";
import type { CheckFinding } from "./report";

/** A program that something needs. */
export interface Need {
    /** Name of the executable. */
    readonly name: string;
    /** Arguments that make it print its version. */
    readonly versionArgs: readonly string[];
    /** Oldest supported version. */
    readonly minimum: string;
    /** Whether it is required. */
    readonly required: boolean;
    /** What it is for. */
    readonly purpose: string;
    /** Environment variable that names another executable than the one on PATH. */
    readonly variable?: string;
    /** How to get it, one line. */
    readonly get: { readonly linux: string; readonly darwin: string };
}

/** Oldest Node.js that package.json names. */
const NODE = "20.19.0";

/** Docker, in which k3d and kind run their nodes. The version is that of the daemon: a client alone is not enough. */
export const docker: Need = {
    name: "docker",
    versionArgs: ["version", "--format", "{{.Server.Version}}"],
    // The oldest that kind 0.20 takes.
    minimum: "20.10.0",
    required: true,
    purpose: "runs the cluster's nodes",
    get: {
        linux: "https://docs.docker.com/engine/install/, then: sudo systemctl start docker",
        darwin: "brew install --cask docker, then start Docker Desktop",
    },
};

/** kubectl, for the commands that the reports and the outputs of a stack show. */
export const kubectl: Need = {
    name: "kubectl",
    versionArgs: ["version", "--client"],
    minimum: "1.27.0",
    required: false,
    purpose: "for the commands that are shown",
    get: { linux: "https://kubernetes.io/docs/tasks/tools/install-kubectl-linux/", darwin: "brew install kubectl" },
};

/** The Pulumi CLI. */
export const pulumi: Need = {
    name: "pulumi",
    versionArgs: ["version"],
    minimum: "3.200.0",
    required: false,
    purpose: "for pulumi up",
    get: { linux: "curl -fsSL https://get.pulumi.com | sh", darwin: "brew install pulumi/tap/pulumi" },
};

/** Helm, with which the policy pack renders charts. */
export const helm: Need = {
    name: "helm",
    variable: "X0TTA6BL4_HELM",
    versionArgs: ["version", "--short"],
    minimum: "3.14.0",
    required: false,
    purpose:
        "renders the monitoring chart for the policy pack, whose rule helm-release-render stops an update without it",
    get: { linux: "https://helm.sh/docs/intro/install/", darwin: "brew install helm" },
};

/** Checks all programs at once: which are installed, in which version, and how to get the others. */
export async function prerequisites(
    needs: readonly Need[],
    env: NodeJS.ProcessEnv = process.env,
): Promise<CheckFinding[]> {
    return [nodeFinding(process.versions.node), ...(await Promise.all(needs.map((need) => needFinding(need, env))))];
}

function nodeFinding(text: string): CheckFinding {
    const good = gte(text, NODE);
    return {
        status: good ? "ok" : "fail",
        name: "node",
        detail: good ? text : `${text} is older than ${NODE}`,
        fix: good ? undefined : "https://nodejs.org/en/download, or: nvm install",
    };
}

async function needFinding(need: Need, env: NodeJS.ProcessEnv): Promise<CheckFinding> {
    const { name, minimum, purpose } = need;
    const missing = (problem: string): CheckFinding => ({
        status: need.required ? "fail" : "warn",
        name,
        detail: `${problem} (${purpose}; ${minimum} or newer)`,
        fix: `get it: ${process.platform === "darwin" ? need.get.darwin : need.get.linux}`,
    });
    const chosen = need.variable === undefined ? undefined : env[need.variable];
    const [path] = chosen === undefined ? await executablesOnPath(name, env.PATH) : [chosen];
    if (path === undefined) {
        return missing("not found on PATH");
    }
    try {
        const text = await askVersion(path, need);
        return gte(text, minimum) ? { status: "ok", name, detail: text } : missing(`${path} is version ${text}`);
    } catch (error) {
        return missing(messageOf(error).split("\n", 1)[0] ?? "");
    }
}
