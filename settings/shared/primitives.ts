/** The building blocks of all sections' schemas. */
export * from "./addresses";
export * from "./images";
export * from "./kubernetes";
export * from "./text";
