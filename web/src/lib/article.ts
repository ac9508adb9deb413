//! An article of a law as people say it. Languages say it in their own words; those come with the caller.

/** Which articles a text of the law names: `43`, or `22,23`; nothing where it says it in words of its own. */
export function articleNumbers(article: string): string[] | undefined {
  const numbers = article.split(',').map((part) => part.trim());
  return numbers.every((number) => /^\d+$/.test(number)) ? numbers : undefined;
}

/** The law with its article; `said` says one article by its number. */
export function lawText(law: string, article: string | null | undefined, said: (number: string) => string): string {
  if (!article) return law;
  const numbers = articleNumbers(article);
  return `${law} ${numbers ? numbers.map(said).join(' ') : article}`;
}
