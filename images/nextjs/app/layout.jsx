export const metadata = { title: "Groundwork", description: "A front end as the platform runs them" };

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
