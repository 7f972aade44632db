import { spawn } from "node:child_process";
import { messageOf } from "../../errors";
import type { ContextName } from "../../kube/kubeconfig";
import { kubectlArguments } from "../../kube/kubectl";
import { visibleText } from "../../terminal/foreign";

/** Longest wait until kubectl has a pod of the Service and listens (ms). */
const OPEN_MS = 20_000;

/** A Service that is reached through a pod's own network, where no NetworkPolicy counts. */
export interface Forwarded {
    /** Its address on this machine, e.g. `http://127.0.0.1:40123`. */
    readonly address: string;
    /** Ends it. */
    readonly close: () => void;
}

/** A Service and its port. */
export interface ServicePort {
    readonly namespace: string;
    readonly service: string;
    readonly port: number;
}

/**
 * Forwards a free port of this machine to a Service, by `kubectl port-forward`: the kubelet connects from inside of the pod.
 * @param executable How to call kubectl; default: the one on PATH.
 * @throws Error with kubectl's reason.
 */
export function forwardService(
    target: ContextName,
    { namespace, service, port }: ServicePort,
    executable = "kubectl",
): Promise<Forwarded> {
    return new Promise((resolve, reject) => {
        const what = ["port-forward", "--namespace", namespace, `service/${service}`, `:${port}`];
        const child = spawn(executable, [...kubectlArguments(target), ...what, "--address", "127.0.0.1"], {
            stdio: ["ignore", "pipe", "pipe"],
        });
        const close = () => {
            child.kill();
        };
        const fail = (reason: string) => {
            clearTimeout(timer);
            close();
            reject(new Error(`kubectl port-forward: ${visibleText(reason.trim())}`));
        };
        const timer = setTimeout(() => {
            fail(`no port after ${OPEN_MS / 1000} s`);
        }, OPEN_MS);
        let printed = "";
        let errors = "";
        child.stdout.setEncoding("utf8").on("data", (text: string) => {
            printed += text;
            const local = /Forwarding from 127\.0\.0\.1:(\d+)/.exec(printed)?.[1];
            if (local !== undefined) {
                clearTimeout(timer);
                resolve({ address: `http://127.0.0.1:${local}`, close });
            }
        });
        child.stderr.setEncoding("utf8").on("data", (text: string) => {
            errors += text;
        });
        child.once("error", (error) => {
            fail(messageOf(error));
        });
        child.once("close", (code) => {
            fail(errors === "" ? `ended with ${String(code)}` : errors);
        });
    });
}
