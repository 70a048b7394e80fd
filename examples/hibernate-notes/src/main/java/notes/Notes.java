package notes;

import jakarta.persistence.EntityManager;
import jakarta.persistence.Persistence;
import java.util.Map;

/** The notes on the command line: `Notes NOTEBOOK TITLE` adds one, `Notes` lists them all. */
public class Notes {
    /** Where the notes are: in notes.db, or with DATABASE set in that PostgreSQL database. */
    public static Map<String, String> settings() {
        String database = System.getenv("DATABASE");
        return database == null
                ? Map.of(
                        "jakarta.persistence.jdbc.url", "jdbc:sqlite:notes.db",
                        "hibernate.dialect", "org.hibernate.community.dialect.SQLiteDialect")
                : Map.of("jakarta.persistence.jdbc.url", "jdbc:postgresql:" + database);
    }

    private static void add(EntityManager manager, String name, String title) {
        Notebook notebook = manager.createQuery("from Notebook where name = ?1", Notebook.class)
                .setParameter(1, name).getResultStream().findFirst().orElseGet(Notebook::new);
        notebook.name = name;
        manager.persist(notebook);
        Note note = new Note();
        note.notebook = notebook;
        note.title = title;
        manager.persist(note);
    }

    public static void main(String[] words) {
        try (var factory = Persistence.createEntityManagerFactory("notes", settings());
                var manager = factory.createEntityManager()) {
            manager.getTransaction().begin();
            if (words.length == 2)
                add(manager, words[0], words[1]);
            for (Note note : manager.createQuery("from Note order by id", Note.class).getResultList())
                System.out.printf("%s: %s %d%n", note.notebook.name, note.title, note.stars);
            manager.getTransaction().commit();
        }
    }
}
