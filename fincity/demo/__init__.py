"""The demonstration: a synthetic world with a known truth, and a local portal that publishes it like three real sites.

`corpus.make` draws the world from a fixed seed, `truth` says what a correct pipeline must find in it (written
before any page is rendered, by code that shares nothing with the rooms), `render` turns documents into pages in
the markup of the real sites, `portal` serves them on loopback. Place and bank names are real; every firm,
person, project, price and text is invented.

    from fincity.demo import corpus, portal
    world = corpus.make("small")
    with portal.serve(world) as site:
        ...                                    # http proxy at site.url, hosts *.demo.invalid
    world.truth.cells                          # what the panels must hold

None of these modules imports crawlers, db, etl, flows or keywords; they need only the standard library. `run`,
which puts the demo through the whole pipeline, is the one that knows the rooms.
"""
