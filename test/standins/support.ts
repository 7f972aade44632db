import { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import { Client } from "../../standins/kubernetes/client";
import { Transport } from "../../standins/kubernetes/transport";

/** A client whose server answers nothing, for code that is given one and must not call it. */
export function offlineClient(): Client {
    const config = new KubeConfig();
    config.loadFromOptions({
        clusters: [{ name: "none", server: "https://127.0.0.1:9" }],
        users: [{ name: "none" }],
        contexts: [{ name: "none", cluster: "none", user: "none" }],
        currentContext: "none",
    });
    return new Client(new Transport(config));
}
