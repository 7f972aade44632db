import { BlockList, isIP } from "node:net";

/** Proxy schemes that client-go supports. */
const SCHEMES = ["http:", "https:", "socks5:"];

/** Default port of each scheme. */
const PORTS: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };

/**
 * The proxy for a server, as Go's net/http chooses it from the environment: `HTTPS_PROXY` or `HTTP_PROXY`, unless
 * `NO_PROXY` names the server. An upper-case variable takes precedence over its lower-case form. Servers on this
 * machine use no proxy. @see https://pkg.go.dev/golang.org/x/net/http/httpproxy
 */
export function environmentProxy(server: URL, env: NodeJS.ProcessEnv = process.env): URL | undefined {
    const either = (name: string) => nonEmpty(env[name]) ?? nonEmpty(env[name.toLowerCase()]) ?? "";
    const proxy = server.protocol === "https:" ? either("HTTPS_PROXY") : either("HTTP_PROXY");
    if (proxy === "" || isDirect(server, either("NO_PROXY"))) {
        return undefined;
    }
    const text = /^[a-z][a-z\d+.-]*:\/\/./i.test(proxy) ? proxy : `http://${proxy}`;
    if (!URL.canParse(text)) {
        throw new Error(
            `the proxy of the environment (${server.protocol.slice(0, -1).toUpperCase()}_PROXY) is not a URL`,
        );
    }
    return new URL(text);
}

/**
 * The proxy in a kubeconfig's `proxy-url`; `NO_PROXY` does not apply to it.
 * @throws Error if the text is not a proxy URL; without the text, which may contain a password.
 */
export function kubeconfigProxy(text: string): URL {
    if (!URL.canParse(text) || !SCHEMES.includes(new URL(text).protocol)) {
        throw new Error("proxy-url of the kubeconfig must be a URL with the scheme http, https or socks5");
    }
    return new URL(text);
}

/** Address of a proxy for messages, without user name and password. */
export function proxyName({ protocol, host }: URL): string {
    return `${protocol}//${host}`;
}

/** The text; `undefined` for an empty one. */
function nonEmpty(text: string | undefined): string | undefined {
    return text === "" ? undefined : text;
}

/** Whether connections to a server bypass the proxy. */
function isDirect(server: URL, noProxy: string): boolean {
    const host = server.hostname.toLowerCase().replace(/^\[|\]$/g, "");
    const port = nonEmpty(server.port) ?? PORTS[server.protocol] ?? "";
    const family = isIP(host);
    if (host === "localhost" || isLoopback(host, family)) {
        return true;
    }
    const entries = noProxy.split(",").map((entry) => entry.trim().toLowerCase());
    return entries.some((entry) => entry === "*" || matches(entry, { host, port, family }));
}

function isLoopback(host: string, family: number): boolean {
    return family === 4 ? host.startsWith("127.") : host === "::1";
}

/** A server that is compared with an entry of NO_PROXY. */
interface Candidate {
    readonly host: string;
    readonly port: string;
    /** 4 or 6 for an IP address, else 0. */
    readonly family: number;
}

function matches(entry: string, { host, port, family }: Candidate): boolean {
    const [network = "", bits, ...rest] = entry.split("/");
    if (bits !== undefined && rest.length === 0 && isIP(network) !== 0 && /^\d+$/.test(bits)) {
        return family !== 0 && isIP(network) === family && inNetwork(host, family, network, Number(bits));
    }
    const { name, entryPort } = split(entry);
    if (name === "" || (entryPort !== undefined && entryPort !== port)) {
        return false;
    }
    if (isIP(name) !== 0) {
        return family !== 0 && inNetwork(host, family, name, isIP(name) === 4 ? 32 : 128);
    }
    const domain = name.replace(/^\*(?=\.)/, "");
    return domain.startsWith(".") ? host.endsWith(domain) : host === domain || host.endsWith(`.${domain}`);
}

/** Host and port of an entry; a bare IPv6 address has no port. */
function split(entry: string): { name: string; entryPort?: string } {
    const bracketed = /^\[(.*)\](?::(\d*))?$/.exec(entry);
    if (bracketed !== null) {
        return { name: bracketed[1] ?? "", entryPort: nonEmpty(bracketed[2]) };
    }
    const [name = "", entryPort, ...rest] = entry.split(":");
    return rest.length > 0 ? { name: entry } : { name, entryPort: nonEmpty(entryPort) };
}

function inNetwork(host: string, family: number, network: string, bits: number): boolean {
    if (isIP(network) !== family || bits > (family === 4 ? 32 : 128)) {
        return false;
    }
    const type = family === 4 ? "ipv4" : "ipv6";
    const list = new BlockList();
    list.addSubnet(network, bits, type);
    return list.check(host, type);
}
