import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import { messageOf } from "./errors";
import type { ProviderSettings } from "./settings";

/** Loads by a function of the library. @throws Error with its reason, without the text, which holds credentials. */
function load(name: string, action: () => void): void {
    try {
        action();
    } catch (error) {
        const [reason = ""] = messageOf(error).split("\n");
        throw new Error(`${name} is no valid kubeconfig: ${reason}`, { cause: error });
    }
}

/** Loads a kubeconfig from a file. */
function loadFile(path: string): KubeConfig {
    const config = new KubeConfig();
    load(path, () => {
        config.loadFromFile(path);
    });
    return config;
}

/** Is the setting the contents of a kubeconfig, and not its path? */
function isContents(kubeconfig: string): boolean {
    return /[\n{]/.test(kubeconfig);
}

/** Path as the shell would read it. */
function expandHome(path: string): string {
    return path.startsWith("~/") ? join(homedir(), path.slice(2)) : path;
}

/** Loads the kubeconfig files that the environment names, or the one in the home folder. */
function loadAmbient(): KubeConfig {
    const named = (process.env.KUBECONFIG ?? "").split(delimiter).filter((path) => path !== "");
    const paths = named.length === 0 ? [join(homedir(), ".kube", "config")] : named;
    const [first, ...others] = paths.filter((path) => existsSync(path));
    if (first === undefined) {
        throw new Error(`no kubeconfig: ${paths.join(", ")} does not exist, and no "kubeconfig" is configured`);
    }
    const config = loadFile(first);
    for (const other of others) {
        config.mergeConfig(loadFile(other));
    }
    return config;
}

/** Loads the kubeconfig that the setting is the path or the contents of. */
function loadConfigured(kubeconfig: string): KubeConfig {
    if (isContents(kubeconfig)) {
        const config = new KubeConfig();
        load("the kubeconfig given as text", () => {
            config.loadFromString(kubeconfig);
        });
        return config;
    }
    const path = expandHome(kubeconfig);
    if (!existsSync(path)) {
        throw new Error(`kubeconfig ${path} does not exist`);
    }
    return loadFile(path);
}

/** Loads a kubeconfig and chooses its context. @throws Error naming what cannot be read or is not in it. */
export function loadKubeConfig(settings: ProviderSettings): KubeConfig {
    const config = settings.kubeconfig === "" ? loadAmbient() : loadConfigured(settings.kubeconfig);
    if (settings.context !== "") {
        config.setCurrentContext(settings.context);
    }
    const context = config.getContextObject(config.getCurrentContext());
    if (settings.cluster !== "" && context !== null) {
        const changed = { ...context, cluster: settings.cluster };
        config.contexts = config.contexts.map((each) => (each === context ? changed : each));
    }
    return config;
}

/** Contents of the kubeconfig that the setting names, as the file or the setting has them; "" for the ambient one. */
export function kubeConfigText(kubeconfig: string): string {
    return kubeconfig === "" || isContents(kubeconfig) ? kubeconfig : readFileSync(expandHome(kubeconfig), "utf8");
}
