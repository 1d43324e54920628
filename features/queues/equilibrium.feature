Feature: Equilibrium
  In a team that wants it, the appliance hands out the work: it asks the best qualified and least busy representative
  who is there, and if that one says no, the next.

  Background:
    Given the site "equilibrium"

  Rule: A session is handed out without anybody's doing

    @EQL-01 @EQL-05 @EQL-08
    Scenario Outline: Somebody is asked at once, and accepts
      Given <rep> is signed in to the <console> console
      And Carla waits in the Network queue
      Then within 1 second <rep> is asked to take Carla's session
      When <rep> accepts the assignment of Carla's session
      Then <rep> has Carla's session open
      And Carla is in session with <rep>
      And <rep> is not asked to take Carla's session

      Examples:
        | rep   | console |
        | Alex  | desktop |
        | Blair | Android |

    @EQL-08
    Scenario: What was assigned may be taken without the permission to pick from the queue
      Given Casey is signed in to the desktop console
      And Carla waits in the Network queue
      When Casey tries to accept Carla's session
      Then Casey is told "not permitted"
      When Casey accepts the assignment of Carla's session
      Then Carla is in session with Casey

    @EQL-01
    Scenario: A team without it has its sessions wait for somebody to take them
      Given Alex is signed in to the desktop console
      And Drew is signed in to the desktop console
      And Carla waits in the Desktop queue
      Then for 5 minutes nobody is asked to take Carla's session
      And Carla waits in the Desktop queue
      When Drew accepts Carla's session
      Then Carla is in session with Drew

    @EQL-05
    Scenario: One is asked, and not two
      Given Alex is signed in to the desktop console
      And Blair is signed in to the desktop console
      And Carla waits in the Network queue
      Then Alex is asked to take Carla's session
      And Blair is not asked to take Carla's session
      And Blair sees Carla in the Network queue

    @EQL-05 @ACC-03
    Scenario: While one is asked, another may still take it by hand
      Given Alex is signed in to the desktop console
      And Blair is signed in to the desktop console
      And Carla waits in the Network queue
      And Alex is asked to take Carla's session
      When Blair accepts Carla's session
      Then Carla is in session with Blair
      And Alex is not asked to take Carla's session
      And Alex has no session open

    @EQL-01 @EQL-13
    Scenario: Who waits while nobody is there is handed out when somebody comes
      Given Drew is signed in to the desktop console
      And Carla waits in the Network queue
      And 10 minutes pass
      When Alex signs in to the desktop console
      Then within 1 second Alex is asked to take Carla's session

  Rule: The best qualified first, then the least busy, then who has been that free for longest

    @EQL-02
    Scenario: Who has the skill is asked before those who are less busy
      Given Alex is signed in to the desktop console
      And Blair is signed in to the desktop console
      And Dana is in session with Blair
      When Carla, a customer with a Windows PC, picks the issue "VPN does not connect"
      Then Blair is asked to take Carla's session
      And Alex is not asked to take Carla's session

    @EQL-02 @EQL-09
    Scenario: The specialist, then the generalist, then anybody
      Given Alex is signed in to the desktop console
      And Casey is signed in to the desktop console
      And Blair is signed in to the desktop console
      When Carla, a customer with a Windows PC, picks the issue "VPN does not connect"
      And Blair rejects the assignment of Carla's session
      Then Casey is asked to take Carla's session
      And Alex is not asked to take Carla's session
      When Casey rejects the assignment of Carla's session
      Then Alex is asked to take Carla's session

    @EQL-02
    Scenario: Where nobody has every skill, the least important one is given up
      Given Alex is signed in to the desktop console
      And Blair is signed in to the desktop console
      And Drew is signed in to the desktop console
      When Carla, a customer with a Windows PC, picks the issue "Database is out of reach over VPN"
      Then Drew is asked to take Carla's session
      And Blair is not asked to take Carla's session
      And Alex is not asked to take Carla's session

    @EQL-03
    Scenario: Between equals the one with fewer sessions is asked, however long the other has had that many
      Given Alex is signed in to the desktop console
      And Dana is in session with Alex
      And 5 minutes pass
      And Blair is signed in to the desktop console
      And Carla waits in the Network queue
      Then Blair is asked to take Carla's session
      And Alex is not asked to take Carla's session

    @EQL-03
    Scenario: An open question counts as work, too
      Given Alex is signed in to the desktop console
      And Blair is signed in to the desktop console
      And Carla waits in the Network queue
      And Alex is asked to take Carla's session
      And Dana waits in the Network queue
      Then Blair is asked to take Dana's session
      And Alex is not asked to take Dana's session

    @EQL-04
    Scenario: Between equally busy ones it is who has been free for longest
      Given Blair is signed in to the desktop console
      And 5 minutes pass
      And Alex is signed in to the desktop console
      And Carla waits in the Network queue
      Then Blair is asked to take Carla's session
      And Alex is not asked to take Carla's session

    @EQL-04
    Scenario: Who has just been busy comes after who was free all the time
      Given Alex is signed in to the desktop console
      And 5 minutes pass
      And Blair is signed in to the desktop console
      And Dana is in session with Alex
      When Alex ends Dana's session
      And Carla, a customer with a Windows PC, picks the issue "No network"
      Then Blair is asked to take Carla's session
      And Alex is not asked to take Carla's session

  Rule: The prompt is seen and heard

    @EQL-06 @SET-01
    Scenario: It comes with a sound
      Given Alex is signed in to the desktop console
      And Carla waits in the Network queue
      Then Alex is asked to take Carla's session
      And Alex's device plays the sound "assignment"

    @EQL-06 @SET-01
    Scenario: With sounds off it is silent
      Given Alex is signed in to the desktop console
      And Alex turns sounds off
      And Carla waits in the Network queue
      Then Alex is asked to take Carla's session
      And Alex's device plays no sound

    @EQL-07
    Scenario: On the desktop it warns before it expires
      Given Alex is signed in to the desktop console
      And Carla waits in the Network queue
      And Alex is asked to take Carla's session
      Then for 48 seconds Alex's prompt for Carla's session does not warn
      And Alex's device plays no sound "assignment expiring"
      And within 4 seconds Alex's prompt for Carla's session warns that it is about to expire
      And Alex's device plays the sound "assignment expiring"

    @EQL-07
    Scenario: On a phone it does not
      Given Alex is signed in to the Android console
      And Carla waits in the Network queue
      And Alex is asked to take Carla's session
      Then for 58 seconds Alex's prompt for Carla's session does not warn
      And Alex's device plays no sound "assignment expiring"

  Rule: A no goes on to the next

    @EQL-09
    Scenario: A rejected session goes to the next best
      Given Alex is signed in to the desktop console
      And Blair is signed in to the desktop console
      And Carla waits in the Network queue
      When Alex rejects the assignment of Carla's session
      Then within 1 second Blair is asked to take Carla's session
      And Alex is not asked to take Carla's session
      When Blair accepts the assignment of Carla's session
      Then Carla is in session with Blair

    @EQL-10
    Scenario: So does one that nobody answers for
      Given Alex is signed in to the desktop console
      And Blair is signed in to the desktop console
      And Carla waits in the Network queue
      And Alex is asked to take Carla's session
      Then for 58 seconds Blair is not asked to take Carla's session
      And within 4 seconds Blair is asked to take Carla's session
      And Alex is not asked to take Carla's session

    @EQL-10
    Scenario: A team may be more patient
      Given Alex is signed in to the desktop console
      And Blair is signed in to the desktop console
      And Carla waits in the Escalation queue
      And Alex is asked to take Carla's session
      Then for 298 seconds Blair is not asked to take Carla's session
      And within 4 seconds Blair is asked to take Carla's session

    @EQL-10
    Scenario: An answer that comes too late is refused
      Given Alex is signed in to the desktop console
      And Blair is signed in to the desktop console
      And Carla waits in the Network queue
      And Alex is asked to take Carla's session
      And 55 seconds pass
      When packets between Alex and the appliance are held
      And 10 seconds pass
      And Alex accepts the assignment of Carla's session
      And packets between Alex and the appliance go on after 1 second
      Then Alex is told "the assignment is over"
      And Alex has no session open
      And Blair is asked to take Carla's session

    @EQL-11 @EQL-12
    Scenario: When everybody has said no it waits for a hand
      Given Alex is signed in to the desktop console
      And Blair is signed in to the desktop console
      And Carla waits in the Network queue
      And Alex rejects the assignment of Carla's session
      And Blair rejects the assignment of Carla's session
      Then for 10 minutes nobody is asked to take Carla's session
      And Carla waits in the Network queue
      When Alex accepts Carla's session
      Then Carla is in session with Alex

    @EQL-10 @EQL-11
    Scenario: Who did not answer is not asked again, either
      Given Alex is signed in to the desktop console
      And Carla waits in the Network queue
      And Alex is asked to take Carla's session
      And 61 seconds pass
      Then for 10 minutes nobody is asked to take Carla's session
      And Carla waits in the Network queue

    @EQL-12
    Scenario: Who comes late is not asked for what all others have turned down
      Given Alex is signed in to the desktop console
      And Carla waits in the Network queue
      And Alex rejects the assignment of Carla's session
      When Blair signs in to the desktop console
      Then for 10 minutes nobody is asked to take Carla's session
      And Blair sees Carla in the Network queue

    @EQL-11 @TRF-07
    Scenario: Who said no is asked again when somebody moves the session to another of their queues
      Given Alex is signed in to the desktop console
      And Carla waits in the Network queue
      And Alex rejects the assignment of Carla's session
      When Alex transfers Carla's session to the Field team
      Then Alex is asked to take Carla's session
      When Alex accepts the assignment of Carla's session
      Then Carla is in session with Alex

    @EQL-11 @WSR-02
    Scenario: A move by a rule forgives nothing
      Given Alex is signed in to the desktop console
      And Blair is signed in to the desktop console
      And Dana is in session with Blair
      And Carla waits in the Field queue
      And Alex rejects the assignment of Carla's session
      Then for 115 seconds nobody is asked to take Carla's session
      And within 10 seconds Blair is asked to take Carla's session
      When Blair rejects the assignment of Carla's session
      Then for 10 minutes nobody is asked to take Carla's session

  Rule: Who is not available is not asked

    @EQL-13
    Scenario: Who has signed out is not asked
      Given Alex is signed in to the desktop console
      And Blair is signed in to the desktop console
      When Alex signs out
      And Carla, a customer with a Windows PC, picks the issue "No network"
      Then Blair is asked to take Carla's session

    @EQL-13
    Scenario Outline: Who goes while being asked makes room for the next
      Given Alex is signed in to the desktop console
      And Blair is signed in to the desktop console
      And Carla waits in the Network queue
      And Alex is asked to take Carla's session
      When Alex <goes>
      Then within 2 seconds Blair is asked to take Carla's session

      Examples:
        | goes               |
        | signs out          |
        | closes the console |
        | locks the computer |

    @EQL-09 @EQL-12
    Scenario: Who goes takes their own invitations along before the next is chosen
      Given Alex is signed in to the desktop console
      And Dana is in session with Alex
      And Carla waits in the Network queue
      And Alex is asked to take Carla's session
      And Casey is signed in to the desktop console
      And Alex invites any representative of Network to Dana's session
      And Casey is asked to take Dana's session
      When Alex signs out
      Then within 2 seconds Casey is asked to take Carla's session

    @EQL-14
    Scenario: Who has as many sessions as the account allows is not asked
      Given Casey is signed in to the desktop console
      And Blair is signed in to the desktop console
      And Dana is in session with Casey
      And Eli is in session with Blair
      And Mia is in session with Blair
      And Carla waits in the Network queue
      Then Blair is asked to take Carla's session
      And Casey is not asked to take Carla's session

    @EQL-14
    Scenario: Who is below the limit again is asked for what waits
      Given Casey is signed in to the desktop console
      And Dana is in session with Casey
      And Carla waits in the Network queue
      Then for 5 minutes nobody is asked to take Carla's session
      When Casey ends Dana's session
      Then within 2 seconds Casey is asked to take Carla's session

    @EQL-14
    Scenario: An open prompt counts towards the limit
      Given Casey is signed in to the desktop console
      And Carla waits in the Network queue
      And Casey is asked to take Carla's session
      And Dana waits in the Network queue
      Then Casey is not asked to take Dana's session
      When Casey rejects the assignment of Carla's session
      Then Casey is asked to take Dana's session

    @EQL-15
    Scenario: Who has touched nothing for longer than the account's limit is not asked
      Given Blair is signed in to the desktop console
      And 11 minutes pass
      And Carla waits in the Network queue
      Then for 5 minutes nobody is asked to take Carla's session
      When Blair sorts the queues by "customer name"
      Then within 2 seconds Blair is asked to take Carla's session

    @EQL-15
    Scenario: Up to the limit one is
      Given Blair is signed in to the desktop console
      And 9 minutes pass
      And Carla waits in the Network queue
      Then Blair is asked to take Carla's session

    @EQL-16
    Scenario: Who has locked the computer is not asked
      Given Alex is signed in to the desktop console
      And Blair is signed in to the desktop console
      And Alex locks the computer
      And Carla waits in the Network queue
      Then Blair is asked to take Carla's session
      And Alex is not asked to take Carla's session
      When Blair rejects the assignment of Carla's session
      And Alex unlocks the computer
      And Dana, a customer with a Windows PC, picks the issue "No network"
      Then Alex is asked to take Dana's session

    @EQL-16 @EQL-11
    Scenario: To lock the computer while being asked is no rejection
      Given Alex is signed in to the desktop console
      And Blair is signed in to the desktop console
      And Carla waits in the Network queue
      And Alex is asked to take Carla's session
      When Alex locks the computer
      Then within 2 seconds Blair is asked to take Carla's session
      When Alex unlocks the computer
      Then Alex is not asked to take Carla's session
      When Blair rejects the assignment of Carla's session
      Then Alex is asked to take Carla's session

    @EQL-16 @EQL-12
    Scenario: To lock the computer is no last word, either
      Given Alex is signed in to the desktop console
      And Blair is signed in to the desktop console
      And Carla waits in the Network queue
      And Alex is asked to take Carla's session
      When Alex signs out
      Then Blair is asked to take Carla's session
      When Blair locks the computer
      Then Blair is not asked to take Carla's session
      When Blair unlocks the computer
      Then Blair is asked to take Carla's session

    @EQL-16
    Scenario: Phones lock themselves all the time, which says nothing
      Given Alex is signed in to the Android console
      And Alex locks the computer
      And Carla waits in the Network queue
      Then Alex is asked to take Carla's session

    @EQL-17 @SET-02
    Scenario: Who has opted out is not asked until they opt in again
      Given Alex is signed in to the desktop console
      And Blair is signed in to the desktop console
      And Dana is in session with Blair
      And Alex turns automatic assignment off
      And Carla waits in the Network queue
      Then Blair is asked to take Carla's session
      And Alex is not asked to take Carla's session
      When Alex turns automatic assignment on
      And Eli, a customer with a Windows PC, picks the issue "No network"
      Then Alex is asked to take Eli's session

    @EQL-17 @SET-02
    Scenario: Who opts in again is asked for what waits
      Given Alex is signed in to the desktop console
      And Alex turns automatic assignment off
      And Carla waits in the Network queue
      Then for 5 minutes nobody is asked to take Carla's session
      When Alex turns automatic assignment on
      Then within 2 seconds Alex is asked to take Carla's session

    @EQL-17 @SET-02
    Scenario: Opting out outlives the console
      Given Alex is signed in to the desktop console
      And Alex turns automatic assignment off
      When Alex starts the console anew
      And Alex signs in again
      And Carla, a customer with a Windows PC, picks the issue "No network"
      Then for 5 minutes nobody is asked to take Carla's session
      And Alex sees Carla in the Network queue

    @EQL-17 @SET-02
    Scenario: Opting out takes a permission
      Given Blair is signed in to the desktop console
      Then Blair is not offered to turn automatic assignment off
      When Blair tries to turn automatic assignment off
      And Carla, a customer with a Windows PC, picks the issue "No network"
      Then Blair is asked to take Carla's session

  Rule: Invitations to help travel the same way

    @SHR-03 @EQL-02
    Scenario: Help is asked of who has the skill
      Given Alex is signed in to the desktop console
      And Casey is signed in to the desktop console
      And Blair is signed in to the desktop console
      And Dana is in session with Alex
      When Alex asks for help with "VPN does not connect" in Dana's session
      Then Blair is asked to help Alex in Dana's session
      And Casey is not asked to take Dana's session
      When Blair rejects the assignment of Dana's session
      Then Casey is asked to help Alex in Dana's session
      When Casey accepts the assignment of Dana's session
      Then Casey has Dana's session open
      And Alex owns Dana's session

    @SHR-03 @EQL-09
    Scenario: Who turns down one of two requests is still asked about the other
      Given Alex is signed in to the desktop console
      And Blair is signed in to the desktop console
      And Dana is in session with Alex
      When Alex asks for help with "VPN does not connect" in Dana's session
      And Alex asks for help with "VPN does not connect" in Dana's session
      Then Blair is asked to take Dana's session
      When Blair rejects the assignment of Dana's session
      Then Blair is asked to help Alex in Dana's session
      When Blair rejects the assignment of Dana's session
      Then Blair is not asked to take Dana's session
