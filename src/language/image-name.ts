/** An image reference: [registry[:port]/]path[:tag][@digest], as the distribution project's grammar has it. */
const IMAGE =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::\d+)?\/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@[A-Za-z][\w.+-]*:[0-9a-fA-F]{32,})?$/;

/** Whether a text can name an image. */
export function isImageName(text: string): boolean {
  return text.length <= 512 && IMAGE.test(text);
}
