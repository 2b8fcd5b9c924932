/** Where a program in a container finds its files: a contract, and in front of every path that a toolchain prints there. */
export const WORK_FOLDER = "/code";
