import {
    createConfiguration,
    type Configuration,
    type RequestContext,
    ResponseContext,
    ServerConfiguration,
    wrapHttpLibrary,
} from "@kubernetes/client-node";
import type { Transport } from "./transport";
import { warningsIn } from "./warnings";

/** Address that the typed classes build their requests with; only the path after it is used. */
const BASE = "https://cluster.invalid";

/**
 * Configuration for the typed classes of the Kubernetes client, e.g. `new CoreV1Api(typedConfiguration(transport))`:
 * their requests go over the transport, which has the kubeconfig's credentials and proxy, and a timeout.
 * @param onWarning Gets the text of each `Warning` header, e.g. of Pod Security admission.
 */
export function typedConfiguration(transport: Transport, onWarning?: (text: string) => void): Configuration {
    const send = async (request: RequestContext): Promise<ResponseContext> => {
        const body = request.getBody();
        const { status, headers, text } = await transport.send({
            path: request.getUrl().slice(BASE.length),
            method: request.getHttpMethod(),
            headers: request.getHeaders(),
            body: typeof body === "string" ? body : undefined,
        });
        const flat = Object.entries(headers).map(([name, value]): [string, string] => [
            name,
            [value ?? ""].flat().join(", "),
        ]);
        warningsIn(headers.warning).forEach((warning) => onWarning?.(warning));
        const content = { text: () => Promise.resolve(text), binary: () => Promise.resolve(Buffer.from(text)) };
        return new ResponseContext(status, Object.fromEntries(flat), content);
    };
    return createConfiguration({
        baseServer: new ServerConfiguration(BASE, {}),
        httpApi: wrapHttpLibrary({ send }),
    });
}
