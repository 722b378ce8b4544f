/** Stands for the base of emoji among those of multiformats: no address and no key is written in it. */
export {}
