//! What a page weighs on its way to a phone: page, style sheet and script, packed.

use naheya_domain::Role;

use crate::import::{CHILDREN, send};
use crate::site::{site, told_site};
use crate::walk::{signed_in, walk};

/// Bytes of page, style sheet and script together.
const MOST: usize = 30_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_of_any_role_weighs_more_than_thirty_kilobytes_with_style_and_script() {
    let site = told_site().await;
    let mut too_heavy = Vec::new();
    let mut heaviest = (0, String::new());
    for role in Role::ALL {
        let mut browser = signed_in(&site, role).await;
        // No link leads to the page of a phone without network: its worker fetches it.
        let pages = walk(&mut browser, &["/", "/me", "/phone"]).await;
        browser.headers.push(("accept-encoding", "gzip".to_owned()));
        for (path, plain) in pages {
            if !plain.header("content-type").starts_with("text/html") || !plain.status.is_success() {
                continue;
            }
            let mut weight = browser.get(&path).await.bytes.len();
            for part in parts(&plain.body) {
                weight += browser.get(&part).await.bytes.len();
            }
            if weight > heaviest.0 {
                heaviest = (weight, format!("{path} as {}", role.code()));
            }
            if weight >= MOST {
                too_heavy.push(format!("{weight} {path} as {}", role.code()));
            }
        }
    }
    println!("heaviest: {} bytes, {}", heaviest.0, heaviest.1);
    assert!(heaviest.0 > 5_000, "nothing was weighed");
    assert_eq!(too_heavy, Vec::<String>::new());
}

#[tokio::test]
async fn a_preview_of_many_rows_at_fault_weighs_no_more_than_other_pages() {
    let site = site().await;
    let mut browser = site.as_role(Role::Coordinator).await;
    let row = |n: usize| {
        let class = format!("{}({})班", n % 6 + 1, n % 9);
        format!("石小榴{n},女,2071-03-02,示例第{}小学,{class},监护石,1390{n}\n", n % 40)
    };
    let roster = format!("{CHILDREN}{}", (0..1_000).map(row).collect::<String>());
    send(&mut browser, "children", "名单.csv", roster.as_bytes()).await;
    browser.headers.push(("accept-encoding", "gzip".to_owned()));
    for view in ["faults", "new"] {
        let page = browser.get(&format!("/imports/preview?view={view}")).await;
        let mut weight = page.bytes.len();
        browser.headers.clear();
        let plain = browser.get("/imports/preview").await;
        browser.headers.push(("accept-encoding", "gzip".to_owned()));
        for part in parts(&plain.body) {
            weight += browser.get(&part).await.bytes.len();
        }
        assert!(weight < MOST, "{view}: {weight} bytes");
    }
}

/// As it comes to a browser that has never been there: icon and manifest too, and the headers of all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_volunteers_home_weighs_less_than_thirty_kilobytes_with_all_that_comes_along() {
    let site = told_site().await;
    let mut browser = signed_in(&site, Role::Volunteer).await;
    let plain = browser.get("/home").await.body;
    browser.headers.push(("accept-encoding", "gzip".to_owned()));
    let mut addresses = vec!["/home".to_owned()];
    addresses.extend(plain.split('"').filter(|text| text.starts_with("/static/")).map(str::to_owned));
    addresses.sort_unstable();
    addresses.dedup();
    assert!(addresses.len() > 5, "style, two scripts, icon, manifest: {addresses:?}");
    let mut weights = Vec::new();
    for address in addresses {
        let part = browser.get(&address).await;
        let headers: usize = part.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
        weights.push((part.bytes.len() + headers, address));
    }
    let weight: usize = weights.iter().map(|(weight, _)| weight).sum();
    assert!(weight < MOST, "{weight} bytes: {weights:?}");
}

/// Style sheets and scripts that the page fetches.
fn parts(html: &str) -> Vec<String> {
    let addresses = html.split('"').filter(|text| text.starts_with("/static/"));
    addresses.filter(|a| a.ends_with(".css") || a.ends_with(".js")).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_is_packed_for_whoever_reads_gzip_and_for_nobody_else() {
    let site = told_site().await;
    let mut browser = signed_in(&site, Role::Coordinator).await;
    let plain = browser.get("/children").await;
    assert_eq!(plain.header("content-encoding"), "");
    for (accepted, packed) in
        [("gzip, deflate, br", true), ("*", true), ("gzip;q=0, *", false), ("br, identity", false)]
    {
        browser.headers = vec![("accept-encoding", accepted.to_owned())];
        let page = browser.get("/children").await;
        assert_eq!(page.header("content-encoding") == "gzip", packed, "{accepted}");
        assert!(page.body.trim_end().ends_with("</html>"), "{accepted}");
        assert!(page.header("vary").to_lowercase().contains("accept-encoding"), "{accepted}");
        if packed {
            assert_eq!(page.header("content-length"), page.bytes.len().to_string());
            assert!(page.bytes.len() * 3 < page.body.len());
        }
    }
    // What a stream carries, and what is packed already, is left alone.
    let style = parts(&plain.body).remove(0);
    assert!(browser.get(&style).await.body.contains("--tap"));
}
