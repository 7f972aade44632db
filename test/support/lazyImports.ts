/**
 * Resolves when TypeScript can be imported lazily, too: the commands import what they run only then, and the tests' runner
 * compiles only what is required. The CommonJS build of tsx's API does not find its own files (tsx 4.23), so this imports it.
 */
export const lazyImports: Promise<unknown> = import("tsx/esm/api").then(({ register }) => register());
