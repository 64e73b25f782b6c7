declare module "virtual:words" {
  const words: Record<string, { en: string; zh: string }>;
  export default words;
}
