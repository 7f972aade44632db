import { BlockList, isIP } from "node:net";

/** Registry of images without one, as the objects name it. */
const DOCKER_HUB = "docker.io";

/** Address of Docker Hub's API; `docker.io` itself is its website. */
const DOCKER_HUB_API = "registry-1.docker.io";

/** Name of Docker Hub in Docker's configuration. */
const DOCKER_HUB_KEY = "https://index.docker.io/v1/";

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

/** Whether a host, without port, is this machine. */
export function isLoopback(host: string): boolean {
    const name = host.replace(/^\[|\]$/g, "").toLowerCase();
    const family = isIP(name);
    return name === "localhost" || (family !== 0 && LOOPBACK.check(name, family === 4 ? "ipv4" : "ipv6"));
}

/** Address of a registry's API. Plain HTTP is for a registry on this machine alone: elsewhere a token could be read on the way. */
export function registryAddress(registry: string): URL {
    const host = registry === DOCKER_HUB ? DOCKER_HUB_API : registry;
    const name = host.replace(/:\d+$/, "");
    return new URL(`${isLoopback(name) ? "http" : "https"}://${host}`);
}

/** Name of a registry in Docker's configuration, for `docker login` and its credential helpers. */
export function credentialKey(registry: string): string {
    return registry === DOCKER_HUB ? DOCKER_HUB_KEY : registry;
}

/** Whether a registry is Docker Hub, which limits anonymous requests. */
export function isDockerHub(registry: string): boolean {
    return registry === DOCKER_HUB;
}
