//! What holds on every page that anybody can open.

use naheya_domain::Role;
use naheya_store::child::ChildFilter;
use naheya_store::volunteer::VolunteerFilter;
use tokio::sync::OnceCell;

use crate::site::{Site, told_site};
use crate::walk::{signed_in, walk};

/// Pages as each role, and a visitor, can open them, and names of people whose files are among them.
struct Everything {
    pages: Vec<(String, String)>,
    names: Vec<String>,
}

static EVERYTHING: OnceCell<Everything> = OnceCell::const_new();

async fn names(site: &Site) -> Vec<String> {
    let (children, _) = site.system().children(&ChildFilter::default()).await.unwrap();
    let (volunteers, _) = site.system().volunteers(&VolunteerFilter::default()).await.unwrap();
    children.into_iter().map(|c| c.name).chain(volunteers.into_iter().map(|v| v.name)).collect()
}

async fn walked() -> Everything {
    let site = told_site().await;
    let mut browsers = vec![("a visitor", site.visitor())];
    for role in Role::ALL {
        browsers.push((role.code(), signed_in(&site, role).await));
    }
    let mut pages = Vec::new();
    for (who, mut browser) in browsers {
        let opened = walk(&mut browser, &["/", "/sign-in", "/me"]).await;
        let html = opened.into_iter().filter(|(_, reply)| reply.header("content-type").starts_with("text/html"));
        pages.extend(html.map(|(path, reply)| (format!("{path} as {who}"), reply.body)));
    }
    Everything { pages, names: names(&site).await }
}

async fn everything() -> &'static Everything {
    EVERYTHING.get_or_init(walked).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worry_is_one_tap_from_every_page() {
    let others = everything().await.pages.iter().filter(|(path, _)| !path.starts_with("/concerns/new"));
    let without: Vec<&String> =
        others.filter(|(_, body)| !body.contains("href=\"/concerns/new")).map(|(p, _)| p).collect();
    assert_eq!(without, Vec::<&String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_title_of_a_page_names_a_person() {
    let all = everything().await;
    let between = |body: &str, from: &str, to: &str| {
        body.split_once(from)
            .and_then(|(_, rest)| rest.split_once(to))
            .map(|(text, _)| text.to_owned())
            .unwrap_or_default()
    };
    let named = |text: &str| all.names.iter().any(|name| text.contains(name.as_str()));
    let titled: Vec<&String> = all
        .pages
        .iter()
        .filter(|(_, body)| named(&between(body, "<title>", "</title>")))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(titled, Vec::<&String>::new());
    let headed = all.pages.iter().filter(|(_, body)| named(&between(body, "<h1", "</h1>"))).count();
    assert!(headed > 5, "files were opened, and their names stand on the page");
}
